// The clerk's page: scan, see, press Enter. Nothing is kept when the screen is cleared.
import { current, moment, say, turn, write } from "./words.js";
import { form, listen, matchLines, takenFor } from "./photo.js";
import { element, paperLine, slip, summary } from "./view.js";

const $ = (id) => document.getElementById(id);
const USABLE = new Set(["REUSABLE", "DIGITISED_UNVERIFIED"]);
const WARN_S = 15;

let session = null;
let text = "";
let file = null; // asked with a photo or file instead of a text
let kase = "";
let answer = null;
let chosen = 0;
let seen = new Set(); // documents whose page 1 was looked at
let done = new Map(); // document type → what was recorded
let turnNumber = 0; // answers that come in after a clear are dropped
let lastTouch = Date.now();
let scans = Promise.resolve(); // a scanner is faster than the network: one after another

// ── the server ──────────────────────────────────────────────────────────────────────────────

class Refused extends Error {}

// A header holds bytes; a clerk's account may have Vietnamese letters.
const asBytes = (words) => String.fromCharCode(...new TextEncoder().encode(words));

async function call(path, { body, headers, method } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: method ?? (body ? "POST" : "GET"),
      body: body instanceof FormData ? body : body && JSON.stringify(body),
      headers: {
        Authorization: `Bearer ${sessionStorage.getItem("key")}`,
        "X-Clerk": asBytes(sessionStorage.getItem("clerk") ?? ""),
        "Accept-Language": current(),
        ...(body && !(body instanceof FormData) ? { "Content-Type": "application/json" } : {}),
        ...headers,
      },
      cache: "no-store",
      credentials: "omit",
    });
  } catch {
    throw new Refused(say("offline"));
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  if (response.status === 401) leave();
  const parts = problem && [problem.detail && problem.code === "not_understood" ? problem.detail : problem.title, problem.cure];
  throw new Refused(parts ? parts.join(". ") : say("offline"));
}

const fetched = async (path, options) => (await call(path, options)).json();

// Runs something the clerk asked for, and tells trouble where a screen reader hears it.
async function attempt(act) {
  $("trouble").textContent = "";
  try {
    await act();
  } catch (error) {
    $("status").textContent = "";
    if (!(error instanceof Refused)) throw error;
    $("trouble").textContent = error.message;
  }
}

// ── asking ──────────────────────────────────────────────────────────────────────────────────

async function take(typed) {
  const taken = await fetched("/v1/understand", { body: { text: typed } });
  const said = [];
  if (taken.case) said.push(say("case_set", { code: (kase = taken.case) }));
  if (taken.procedure && choose(taken.procedure)) said.push(say("procedure_set", { code: taken.procedure }));
  $("case").textContent = kase || say("no_case");
  if (!taken.case && !taken.procedure) [text, file] = [typed, null];
  if (text || file) await look();
  else $("status").textContent = said.join(" ");
}

function choose(code) {
  $("procedure").value = code;
  return $("procedure").value === code;
}

async function look() {
  const mine = ++turnNumber;
  hidePreview();
  $("status").textContent = say(file ? "reading" : "loading");
  const found = await (file ? asked(file) : fetched("/v1/lookups", {
    body: { text, procedure: $("procedure").value, case: kase, purpose: "tiep-nhan" },
  }));
  if (mine !== turnNumber) return;
  answer = found;
  done = new Map();
  chosen = Math.max(0, answer.required.findIndex(({ state }) => USABLE.has(state)));
  draw();
  const taken = file ? takenFor(answer) : `${answer.taken_for.sentence}.`;
  $("status").textContent = `${taken} ${summary(answer.required)}`;
  focusChosen();
}

function asked(paper) {
  const errand = new URLSearchParams({ case: kase, purpose: "tiep-nhan" });
  return fetched(`/v1/lookups/file?${errand}`, { body: form(paper) });
}

function takeFile(paper) {
  if (!session) return;
  touch();
  [text, file] = ["", paper];
  scans = scans.then(() => attempt(look));
}

// ── showing ─────────────────────────────────────────────────────────────────────────────────

function draw() {
  $("answers").hidden = !answer;
  if (!answer) return;
  $("shown").textContent = answer.taken_for.shown;
  $("asof").textContent = say("as_of", { time: moment(answer.as_of) });
  $("papers").replaceChildren(...answer.required.map((paper, number) =>
    paperLine(paper, number, acts(paper), done.get(paper.document_type))));
  $("matches").replaceChildren(...matchLines(answer));
  $("compared").hidden = !$("matches").childElementCount;
  $("papers").childNodes.forEach((line, number) => {
    line.tabIndex = number === chosen ? 0 : -1;
    line.addEventListener("focus", () => pick(number));
  });
}

function acts(paper) {
  const document = paper.documents[0];
  if (!document || !USABLE.has(paper.state)) return { show: document && (() => show(paper)) };
  return {
    use: () => use(paper),
    show: () => show(paper),
    get: () => get(paper),
    again: () => askReason(paper),
  };
}

function pick(number) {
  chosen = number;
  $("papers").childNodes.forEach((line, index) => { line.tabIndex = index === number ? 0 : -1; });
}

function focusChosen() {
  $("papers").childNodes[chosen]?.focus();
}

function move(step) {
  const count = answer.required.length;
  pick(Math.min(count - 1, Math.max(0, chosen + step)));
  focusChosen();
}

// ── doing ───────────────────────────────────────────────────────────────────────────────────

function use(paper) {
  return attempt(async () => {
    const document = paper.documents[0];
    if (paper.state === "DIGITISED_UNVERIFIED" && !seen.has(document.id)) {
      throw new Refused(say("compare_first"));
    }
    await settle(paper, "reused", null, say("used"));
  });
}

async function settle(paper, outcome, reason, words) {
  const type = paper.document_type;
  const mine = turnNumber;
  await call(`/v1/lookups/${answer.lookup_id}/outcomes`, {
    body: { document_type: type, document_id: paper.documents[0].id, outcome, ...(reason && { reason }) },
    headers: { "Idempotency-Key": `${answer.lookup_id}-${type}-${outcome}`.replace(/[^\w-]/g, ".") },
  });
  if (mine !== turnNumber) return;
  done.set(type, words);
  draw();
  $("status").textContent = `${paper.document_type_name}: ${words}`;
  const next = answer.required.findIndex((one) => USABLE.has(one.state) && !done.has(one.document_type));
  if (next >= 0) pick(next);
  focusChosen();
}

function show(paper) {
  return attempt(async () => {
    if (!answer.opens_content) throw new Refused(say("need_case"));
    const document_ = paper.documents[0];
    const mine = turnNumber;
    $("status").textContent = say("loading");
    const path = `/v1/documents/${document_.id}/pages/1?lookup_id=${answer.lookup_id}`;
    const blob = await (await call(path)).blob();
    if (mine !== turnNumber) return;
    hidePreview();
    const alt = say("picture_alt", { type: paper.document_type_name });
    const image = element("img", { src: URL.createObjectURL(blob), alt });
    await image.decode().catch(() => {});
    $("picture").replaceChildren(image);
    $("preview").hidden = false;
    seen.add(document_.id);
    $("status").textContent = alt;
  });
}

function hidePreview() {
  for (const image of $("picture").querySelectorAll("img")) URL.revokeObjectURL(image.src);
  $("picture").replaceChildren();
  $("preview").hidden = true;
}

function get(paper) {
  return attempt(async () => {
    if (!answer.opens_content) throw new Refused(say("need_case"));
    const id = paper.documents[0].id;
    const mine = turnNumber;
    const response = await call(`/v1/documents/${id}/copies`, { body: { lookup_id: answer.lookup_id } });
    const blob = await response.blob();
    if (mine !== turnNumber) return;
    const url = URL.createObjectURL(blob);
    element("a", { href: url, download: `${id}.pdf` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    $("status").textContent = say("downloaded");
  });
}

function askReason(paper) {
  $("reasons").replaceChildren(...session.reasons.map((reason, number) =>
    element("li", {}, element("button", { value: reason },
      element("kbd", { textContent: number + 1 }), ` ${say(reason)}`))));
  $("again").returnValue = "";
  $("again").onclose = () => {
    const reason = $("again").returnValue;
    focusChosen();
    if (reason) attempt(() => settle(paper, "asked_again", reason, say("asked_again", { reason: say(reason) })));
  };
  $("again").showModal();
}

function printReceipt() {
  return attempt(async () => {
    const mine = turnNumber;
    const receipt = await fetched(`/v1/lookups/${answer.lookup_id}/receipt`);
    if (mine !== turnNumber) return;
    $("receipt").replaceChildren(...slip(receipt));
    window.print();
  });
}

// ── keys ────────────────────────────────────────────────────────────────────────────────────

const LETTERS = { p: "show", d: "get", a: "again", enter: "use" };

function onKey(event) {
  touch();
  if (event.key === "F2") {
    event.preventDefault();
    clear();
    return;
  }
  if (event.key === "F4" && session && !event.altKey) {
    event.preventDefault();
    $("file").click();
    return;
  }
  if ($("again").open) return pickReason(event);
  const onLine = event.target.closest?.("#papers > li");
  if (!answer || !onLine || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.tagName === "BUTTON" && event.key === "Enter") return;
  const paper = answer.required[chosen];
  const letter = event.key.toLowerCase();
  if (letter === "arrowdown" || letter === "arrowup") move(letter === "arrowdown" ? 1 : -1);
  else if (letter === "r") printReceipt();
  else if (LETTERS[letter]) doIt(paper, LETTERS[letter]);
  else if (/^[\p{L}\p{N}]$/u.test(letter)) return startTyping(); // the next scan
  else return;
  event.preventDefault();
}

function doIt(paper, name) {
  if (done.has(paper.document_type)) return;
  const act = acts(paper)[name];
  if (act) act();
  else $("trouble").textContent = say("nothing_to_do");
}

function pickReason(event) {
  const reason = session.reasons[Number(event.key) - 1];
  if (!reason) return;
  event.preventDefault();
  $("again").close(reason);
}

// A scanner types at once, wherever the focus is: let its first digit fall into the box.
function startTyping() {
  $("ask").value = "";
  $("ask").focus();
}

// ── the screen ──────────────────────────────────────────────────────────────────────────────

function clear(words = "") {
  turnNumber += 1;
  text = kase = "";
  file = answer = null;
  seen = new Set();
  done = new Map();
  hidePreview();
  if ($("again").open) $("again").close();
  $("receipt").replaceChildren();
  $("papers").replaceChildren();
  $("matches").replaceChildren();
  $("ask").value = "";
  $("procedure").value = "";
  $("case").textContent = say("no_case");
  $("trouble").textContent = "";
  $("status").textContent = words;
  draw();
  $("ask").focus();
}

const isEmpty = () => !answer && !kase && !$("ask").value;

function touch() {
  lastTouch = Date.now();
}

function tick() {
  if (!session || isEmpty()) return touch();
  const left = Math.ceil(session.idle_s - (Date.now() - lastTouch) / 1000);
  if (left <= 0) clear(say("cleared"));
  else if (left <= Math.min(WARN_S, session.idle_s / 2)) $("trouble").textContent = say("clearing", { seconds: left });
}

async function enter() {
  $("signin").hidden = true;
  session = await fetched("/v1/session");
  const { procedures } = await fetched("/v1/procedures");
  $("procedure").replaceChildren(
    element("option", { value: "", textContent: say("any_procedure") }),
    ...procedures.map(({ code, name }) => element("option", { value: code, textContent: `${code} ${name}` })));
  $("who").textContent = [session.agency, session.label, session.clerk].filter(Boolean).join(" · ");
  $("trial").hidden = !session.trial;
  $("work").hidden = $("keys").hidden = $("new").hidden = $("leave").hidden = false;
  clear();
}

function leave() {
  if (session) clear();
  session = null;
  sessionStorage.removeItem("key");
  sessionStorage.removeItem("clerk");
  $("work").hidden = $("keys").hidden = $("new").hidden = $("leave").hidden = $("trial").hidden = true;
  $("who").textContent = "";
  $("signin").hidden = false;
  $("key").focus();
}

function start() {
  write();
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", touch);
  $("ask-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = $("ask").value;
    $("ask").value = "";
    if (typed.trim()) scans = scans.then(() => attempt(() => take(typed)));
  });
  $("procedure").addEventListener("change", () => text && attempt(look));
  $("signin-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem("key", $("key").value.trim());
    sessionStorage.setItem("clerk", $("clerk").value.trim());
    $("key").value = "";
    attempt(enter);
  });
  $("new").addEventListener("click", () => clear());
  $("pick").addEventListener("click", () => $("file").click());
  listen($("file"), takeFile);
  $("leave").addEventListener("click", leave);
  $("print").addEventListener("click", printReceipt);
  $("lang").addEventListener("click", () => {
    turn();
    write();
    $("case").textContent = kase || say("no_case");
    $("procedure").options[0] && ($("procedure").options[0].textContent = say("any_procedure"));
    if (text) attempt(look);
    else draw(); // a photo is not read anew for other words
  });
  setInterval(tick, 1000);
  if (sessionStorage.getItem("key")) attempt(enter);
  else leave();
}

start();
