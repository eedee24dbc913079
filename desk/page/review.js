// The review page: look, press Enter. The mouse may be unplugged.
import "./review-words.js";
import { current, say, turn as turnLanguage, write } from "./words.js";
import { element } from "./view.js";
import { fieldCard, isDate, isShorthand, masked, offer, tell } from "./review-field.js";

const $ = (id) => document.getElementById(id);
const LONGEST_GAP_S = 60; // a longer pause is no work on the document
const REASONS = ["missing_page", "blurred", "cut_off", "upside_down", "stamp_over_text", "wrong_separator"];

let session = null;
let shown = null; // the document on the screen
let place = 0; // of its turns
let offered = { values: [], chosen: -1, asked: 0 };
let emptyTwice = new Set(); // fields whose emptiness was told once
let passedOver = [];
let before = [];
let seconds = 0;
let lastTouch = Date.now();
let pictures = new Map();
let busy = false;

// ── the server ──────────────────────────────────────────────────────────────────────────────

class Refused extends Error {
  constructor(message, problem) {
    super(message);
    this.problem = problem;
  }
}

const asBytes = (words) => String.fromCharCode(...new TextEncoder().encode(words));

async function call(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: body ? "POST" : "GET",
      body: body && JSON.stringify(body),
      headers: {
        Authorization: `Bearer ${sessionStorage.getItem("review_key")}`,
        "X-Clerk": asBytes(sessionStorage.getItem("review_clerk") ?? ""),
        "Accept-Language": current(),
        ...(body ? { "Content-Type": "application/json" } : {}),
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
  const parts = problem ? [problem.detail ?? problem.title, problem.cure] : [say("offline")];
  throw new Refused(parts.join(". "), problem);
}

const fetched = async (path, body) => (await call(path, body)).json();

// One thing at a time: a key pressed while the server is asked is let go.
async function attempt(act) {
  if (busy) return;
  busy = true;
  $("trouble").textContent = "";
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refuse(error);
  } finally {
    busy = false;
  }
}

function refuse(error) {
  const number = shown?.turns.findIndex(({ field }) => field === error.problem?.field) ?? -1;
  if (number < 0) {
    $("trouble").textContent = error.message;
    if (error.problem?.code === "not_waiting") clear();
    return;
  }
  goTo(number);
  tell(cards()[number], error.message, "refused");
}

// ── documents ───────────────────────────────────────────────────────────────────────────────

async function next(said = "") {
  const { waiting, document: found } = await fetched("/v1/review/next", { skip: passedOver });
  $("status").textContent = [said, say(found ? "waiting" : "nothing", { count: waiting })].join(" ").trim();
  clear();
  if (found) await show(found);
  else passedOver = [];
  figures().catch((error) => error instanceof Refused || Promise.reject(error));
}

async function show(found) {
  shown = found;
  seconds = 0;
  emptyTwice = new Set();
  $("source").textContent = found.source;
  $("turns").replaceChildren(...found.turns.map(fieldCard));
  $("sure").replaceChildren(...found.sure.flatMap(({ label, value }) =>
    [element("dt", { textContent: label }), element("dd", { textContent: value })]));
  $("case").hidden = false;
  cards().forEach((card, number) => listen(card, number));
  goTo(0);
  fetchAhead();
}

const cards = () => [...$("turns").children];

function picture(kind, field) {
  const path = `/v1/review/${shown.id}/fields/${encodeURIComponent(field)}/${kind}`;
  if (!pictures.has(path)) pictures.set(path, call(path).then((answer) => answer.blob()).then(URL.createObjectURL));
  return pictures.get(path);
}

// All places are fetched when the document opens, so that Enter never waits for one.
function fetchAhead() {
  for (const { field } of shown.turns) {
    for (const kind of ["zone", "page"]) picture(kind, field).catch(() => {});
  }
}

async function drawPlace() {
  const { field, label, page } = shown.turns[place];
  const mine = shown;
  $("zone-title").textContent = page ? say("page", { label, page }) : say("no_place", { label });
  $("zone").alt = label;
  $("whole").alt = say("whole_alt");
  // Never the place of the field before: a value is soon nodded through beside the wrong picture.
  for (const id of ["zone", "whole"]) $(id).removeAttribute("src");
  try {
    const [zone, whole] = await Promise.all([picture("zone", field), picture("page", field)]);
    if (mine !== shown || shown.turns[place].field !== field) return;
    $("zone").src = zone;
    $("whole").src = whole;
    await $("whole").decode().catch(() => {});
    const pane = $("whole").parentElement;
    pane.scrollTop = shown?.turns[place] ? shown.turns[place].down * pane.scrollHeight - pane.clientHeight / 2 : 0;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refuse(error);
  }
}

function goTo(number) {
  place = number;
  withdraw();
  const input = cards()[place].querySelector("input");
  input.focus();
  const [doubt] = shown.turns[place].uncertain;
  // The uncertain letters are chosen: typing replaces them and nothing else.
  if (doubt && input.value === shown.turns[place].value) input.setSelectionRange(...doubt);
  else input.select();
  if (shown.turns[place].candidates.length) choose(shown.turns[place].candidates, -1);
  drawPlace();
}

async function keep() {
  const card = cards()[place];
  const { field, kind } = shown.turns[place];
  const input = card.querySelector("input");
  input.value = input.value.normalize("NFC").trim();
  if (!input.value && !emptyTwice.has(field)) {
    emptyTwice.add(field);
    return tell(card, say("absent"));
  }
  if (kind === "date" && input.value && !isDate(input.value)) return tell(card, say("bad_date"), "refused");
  tell(card, "");
  card.classList.add("kept");
  if (place + 1 < shown.turns.length) return goTo(place + 1);
  const open = cards().findIndex((one) => !one.classList.contains("kept"));
  if (open >= 0) return goTo(open);
  await attempt(send);
}

async function send() {
  const values = Object.fromEntries(shown.turns.map(({ field }, number) =>
    [field, cards()[number].querySelector("input").value]));
  const { id } = shown;
  const { settled } = await fetched(`/v1/review/${id}`, { reading: shown.reading, values, seconds });
  before.push({ id, settled });
  await next(say(settled ? "settled" : "next_person"));
}

async function figures() {
  const { today } = await fetched("/v1/review/me");
  const accuracy = today.accuracy === null ? "–" : `${Math.round(today.accuracy * 1000) / 10} %`;
  $("figures").textContent = say("figures", { ...today, pace: today.documents_per_hour ?? "–", accuracy });
}

// ── completion ──────────────────────────────────────────────────────────────────────────────

function choose(values, chosen) {
  offered = { ...offered, values, chosen };
  offer(cards()[place], values, chosen);
}

function withdraw() {
  offered = { values: [], chosen: -1, asked: offered.asked + 1 };
  cards().forEach((card) => offer(card, [], -1));
}

async function complete(text) {
  const asked = ++offered.asked;
  const { field, kind } = shown.turns[place];
  if (kind !== "listed" || !text.trim()) return choose([], -1);
  const { values } = await fetched("/v1/review/completions", { field, text });
  if (asked !== offered.asked) return;
  choose(values.filter((value) => value !== text), isShorthand(text) ? 0 : -1);
}

function takeOffered(number) {
  cards()[place].querySelector("input").value = offered.values[number];
  withdraw();
}

// ── keys ────────────────────────────────────────────────────────────────────────────────────

function listen(card, number) {
  const input = card.querySelector("input");
  input.addEventListener("input", () => {
    card.classList.remove("kept");
    tell(card, "");
    if (shown.turns[number].kind === "date") input.value = masked(input.value);
    complete(input.value).catch((error) => error instanceof Refused || Promise.reject(error));
  });
  input.addEventListener("focus", () => number === place || goTo(number));
}

function onKey(event) {
  touch();
  if ($("again").open) return pickReason(event);
  if (!session || event.isComposing || event.target.closest?.("#signin, header")) return;
  if (!shown) {
    if (event.ctrlKey && event.key === "ArrowUp") attempt(earlier);
    else if (event.key === "Enter" || $("case").dataset.paused) attempt(() => next());
    return;
  }
  const act = KEYS[event.ctrlKey ? `Ctrl+${event.key}` : event.key];
  if (!act || event.altKey || event.metaKey) return;
  event.preventDefault();
  act(event);
}

const KEYS = {
  Enter: () => (offered.chosen >= 0 ? takeOffered(offered.chosen) : keep()),
  Tab: ({ shiftKey }) => {
    if (shiftKey) return back();
    return offered.values.length ? takeOffered(Math.max(0, offered.chosen)) : keep();
  },
  Escape: () => back(),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  F4: () => askReason(),
  "Ctrl+ArrowDown": () => attempt(later),
  "Ctrl+ArrowUp": () => attempt(earlier),
};

function back() {
  if (offered.values.length) return withdraw();
  if (place > 0) goTo(place - 1);
}

function step(by) {
  const count = offered.values.length;
  if (count) choose(offered.values, Math.min(count - 1, Math.max(-1, offered.chosen + by)));
}

async function later() {
  passedOver.push(shown.id);
  before.push({ id: shown.id, settled: false });
  await next();
}

async function earlier() {
  const last = before.pop();
  if (!last) return;
  passedOver = passedOver.filter((one) => one !== last.id);
  const { document: found } = await (last.settled
    ? fetched(`/v1/review/${last.id}/back`, {})
    : fetched("/v1/review/next", { document_id: last.id }));
  clear();
  await show(found);
}

function askReason() {
  $("reasons").replaceChildren(...REASONS.map((reason, number) =>
    element("li", {}, element("button", { value: reason },
      element("kbd", { textContent: number + 1 }), ` ${say(reason)}`))));
  $("again").returnValue = "";
  $("again").onclose = () => {
    const reason = $("again").returnValue;
    if (reason) attempt(() => rescan(reason));
    else goTo(place);
  };
  $("again").showModal();
}

async function rescan(reason) {
  const { page } = shown.turns[place];
  await fetched(`/v1/review/${shown.id}/rescan`, { reason, page });
  await next(say("rescanned"));
}

function pickReason(event) {
  const reason = REASONS[Number(event.key) - 1];
  if (!reason) return;
  event.preventDefault();
  $("again").close(reason);
}

// ── the screen ──────────────────────────────────────────────────────────────────────────────

function clear() {
  for (const url of pictures.values()) url.then(URL.revokeObjectURL, () => {});
  pictures = new Map();
  shown = null;
  $("case").hidden = true;
  delete $("case").dataset.paused;
  for (const id of ["turns", "sure"]) $(id).replaceChildren();
  for (const id of ["zone", "whole"]) $(id).removeAttribute("src");
  $("source").textContent = "";
}

function touch() {
  const gap = (Date.now() - lastTouch) / 1000;
  lastTouch = Date.now();
  if (shown) seconds += Math.min(gap, LONGEST_GAP_S);
}

function tick() {
  if (!session || !shown || (Date.now() - lastTouch) / 1000 < session.idle_s) return;
  if ($("again").open) $("again").close("");
  clear();
  $("case").dataset.paused = "yes";
  $("status").textContent = say("paused");
}

async function enter() {
  session = await fetched("/v1/session");
  $("signin").hidden = true;
  $("who").textContent = [session.agency, session.label, session.clerk].filter(Boolean).join(" · ");
  $("keys").hidden = $("leave").hidden = false;
  await next();
}

function leave() {
  clear();
  session = null;
  sessionStorage.removeItem("review_key");
  sessionStorage.removeItem("review_clerk");
  $("who").textContent = $("figures").textContent = $("status").textContent = "";
  $("keys").hidden = $("leave").hidden = true;
  $("signin").hidden = false;
  $("key").focus();
}

function start() {
  write();
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", touch);
  $("signin-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem("review_key", $("key").value.trim());
    sessionStorage.setItem("review_clerk", $("clerk").value.trim());
    $("key").value = "";
    attempt(enter);
  });
  $("leave").addEventListener("click", leave);
  $("lang").addEventListener("click", () => {
    turnLanguage();
    write();
    if (session) attempt(() => next());
  });
  setInterval(tick, 1000);
  if (sessionStorage.getItem("review_key")) attempt(enter);
  else leave();
}

start();
