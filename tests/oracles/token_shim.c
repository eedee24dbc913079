/* A PKCS#11 module around SoftHSM2 that behaves like a real token where SoftHSM2 does not.
 *
 * SoftHSM2 never locks a PIN and can't be pulled out. This module passes every call through to it
 * and, by files in the folder that SHIM_FOLDER names:
 *   calls   a line per C_Initialize, C_Finalize, C_OpenSession, C_CloseSession, C_Login, C_Sign
 *   wrong   how many wrong PINs in a row; three lock the token; flags say so as PKCS#11 asks
 *   gone    while it exists there is no token: every call of a session says CKR_DEVICE_REMOVED
 *   mute    while it exists the flags do not tell of wrong PINs
 *   keypad  while it exists the PIN is typed on the token itself
 *   strange while it exists the card in the reader is not recognized
 *   stuck   while it exists C_Finalize says CKR_FUNCTION_FAILED
 *   broken  while it exists C_Login answers CKR_FUNCTION_FAILED, as some drivers do
 * It is compiled by the tests. SHIM_MODULE names the SoftHSM2 library.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long RV;
typedef unsigned long UL;
typedef struct { unsigned char version[2]; void *call[68]; } List;

/* Places in CK_FUNCTION_LIST, PKCS#11 v2.40. */
enum { INITIALIZE = 0, FINALIZE = 1, GET_FUNCTION_LIST = 3, GET_SLOT_LIST = 4, GET_TOKEN_INFO = 6,
       OPEN_SESSION = 12, CLOSE_SESSION = 13, LOGIN = 18, LOGOUT = 19, FIND_OBJECTS_INIT = 26, SIGN_INIT = 42,
       SIGN = 43 };

#define OK 0x0UL
#define FUNCTION_FAILED 0x6UL
#define DEVICE_REMOVED 0x32UL
#define PIN_INCORRECT 0xA0UL
#define PIN_LOCKED 0xA4UL
#define TOKEN_NOT_RECOGNIZED 0xE1UL
#define KEYPAD 0x100UL
#define COUNT_LOW 0x10000UL
#define FINAL_TRY 0x20000UL
#define LOCKED 0x40000UL
/* CK_TOKEN_INFO: label 32, manufacturer 32, model 16, serial 16, then the flags. */
#define FLAGS_AT 96

static List *real;
static List ours;

static void path(char *target, const char *name) {
    snprintf(target, 4096, "%s/%s", getenv("SHIM_FOLDER"), name);
}

static int is_there(const char *name) {
    char file[4096];
    path(file, name);
    return access(file, F_OK) == 0;
}

static void note(const char *what) {
    char file[4096];
    path(file, "calls");
    FILE *stream = fopen(file, "a");
    if (stream) { fprintf(stream, "%s\n", what); fclose(stream); }
}

static int wrong(void) {
    char file[4096];
    int count = 0;
    path(file, "wrong");
    FILE *stream = fopen(file, "r");
    if (stream) { if (fscanf(stream, "%d", &count) != 1) count = 0; fclose(stream); }
    return count;
}

static void set_wrong(int count) {
    char file[4096];
    path(file, "wrong");
    FILE *stream = fopen(file, "w");
    if (stream) { fprintf(stream, "%d", count); fclose(stream); }
}

static RV initialize(void *args) {
    note("C_Initialize");
    return ((RV (*)(void *))real->call[INITIALIZE])(args);
}

static RV finalize(void *reserved) {
    note("C_Finalize");
    RV result = ((RV (*)(void *))real->call[FINALIZE])(reserved);
    return is_there("stuck") ? FUNCTION_FAILED : result;
}

static RV get_slot_list(unsigned char present, UL *slots, UL *count) {
    if (is_there("gone")) { *count = 0; return OK; }
    return ((RV (*)(unsigned char, UL *, UL *))real->call[GET_SLOT_LIST])(present, slots, count);
}

static RV get_token_info(UL slot, unsigned char *info) {
    RV result = ((RV (*)(UL, unsigned char *))real->call[GET_TOKEN_INFO])(slot, info);
    UL flags;
    if (result != OK) return result;
    if (is_there("strange")) return TOKEN_NOT_RECOGNIZED;
    memcpy(&flags, info + FLAGS_AT, sizeof flags);
    flags &= ~(COUNT_LOW | FINAL_TRY | LOCKED);
    if (is_there("keypad")) flags |= KEYPAD;
    if (wrong() >= 1 && !is_there("mute")) flags |= COUNT_LOW;
    if (wrong() == 2 && !is_there("mute")) flags |= FINAL_TRY;
    if (wrong() >= 3 && !is_there("mute")) flags |= LOCKED;
    memcpy(info + FLAGS_AT, &flags, sizeof flags);
    return OK;
}

static RV open_session(UL slot, UL flags, void *app, void *notify, UL *session) {
    note("C_OpenSession");
    if (is_there("gone")) return DEVICE_REMOVED;
    return ((RV (*)(UL, UL, void *, void *, UL *))real->call[OPEN_SESSION])(slot, flags, app,
                                                                            notify, session);
}

static RV close_session(UL session) {
    note("C_CloseSession");
    if (is_there("gone")) return DEVICE_REMOVED;
    return ((RV (*)(UL))real->call[CLOSE_SESSION])(session);
}

static RV login(UL session, UL user, unsigned char *pin, UL length) {
    note("C_Login");
    if (is_there("gone")) return DEVICE_REMOVED;
    if (is_there("broken")) return FUNCTION_FAILED;
    if (wrong() >= 3) return PIN_LOCKED;
    if (!pin && is_there("keypad")) {
        pin = (unsigned char *)getenv("SHIM_PIN");
        length = strlen((char *)pin);
    }
    RV result = ((RV (*)(UL, UL, unsigned char *, UL))real->call[LOGIN])(session, user, pin,
                                                                         length);
    if (result == OK) set_wrong(0);
    if (result == PIN_INCORRECT) set_wrong(wrong() + 1);
    return result;
}

static RV logout(UL session) {
    if (is_there("gone")) return DEVICE_REMOVED;
    return ((RV (*)(UL))real->call[LOGOUT])(session);
}

static RV find_objects_init(UL session, void *attributes, UL count) {
    if (is_there("gone")) return DEVICE_REMOVED;
    return ((RV (*)(UL, void *, UL))real->call[FIND_OBJECTS_INIT])(session, attributes, count);
}

static RV sign_init(UL session, void *mechanism, UL key) {
    if (is_there("gone")) return DEVICE_REMOVED;
    return ((RV (*)(UL, void *, UL))real->call[SIGN_INIT])(session, mechanism, key);
}

static RV sign(UL session, unsigned char *data, UL length, unsigned char *signature, UL *room) {
    note("C_Sign");
    if (is_there("gone")) return DEVICE_REMOVED;
    return ((RV (*)(UL, unsigned char *, UL, unsigned char *, UL *))real->call[SIGN])(
        session, data, length, signature, room);
}

RV C_GetFunctionList(List **list) {
    if (!real) {
        void *library = dlopen(getenv("SHIM_MODULE"), RTLD_NOW | RTLD_LOCAL);
        if (!library) return FUNCTION_FAILED;
        RV (*get)(List **) = (RV (*)(List **))dlsym(library, "C_GetFunctionList");
        if (!get || get(&real) != OK) return FUNCTION_FAILED;
        ours = *real;
        ours.call[INITIALIZE] = initialize;
        ours.call[FINALIZE] = finalize;
        ours.call[GET_FUNCTION_LIST] = C_GetFunctionList;
        ours.call[GET_SLOT_LIST] = get_slot_list;
        ours.call[GET_TOKEN_INFO] = get_token_info;
        ours.call[OPEN_SESSION] = open_session;
        ours.call[CLOSE_SESSION] = close_session;
        ours.call[LOGIN] = login;
        ours.call[LOGOUT] = logout;
        ours.call[FIND_OBJECTS_INIT] = find_objects_init;
        ours.call[SIGN_INIT] = sign_init;
        ours.call[SIGN] = sign;
    }
    *list = &ours;
    return OK;
}
