// One doubtful field: what was read with its uncertain letters marked, and the box to type in.
import { element } from "./view.js";
import { say } from "./words.js";

const HINTS = { 2: "blind", 3: "third" };

// Digits alone are enough for a date: 05012022 becomes 05/01/2022.
export function masked(text) {
  const digits = text.replace(/\D/g, "").slice(0, 8);
  const parts = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  return parts.filter((part, number) => part || number === 0).join("/");
}

export function isDate(text) {
  const found = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  if (!found) return false;
  const [day, month, year] = found.slice(1).map(Number);
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCDate() === day && made.getUTCMonth() === month - 1;
}

function marked(turn) {
  const parts = [];
  let end = 0;
  for (const [from, to] of turn.uncertain) {
    parts.push(turn.value.slice(end, from), element("mark", { textContent: turn.value.slice(from, to) }));
    end = to;
  }
  return [...parts, turn.value.slice(end)];
}

export function fieldCard(turn, number) {
  const input = element("input", { id: `field-${number}`, value: turn.value, autocomplete: "off", spellcheck: false });
  if (turn.kind === "date" || turn.kind === "digits") input.inputMode = "numeric";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", `choices-${number}`);
  input.setAttribute("aria-describedby", `why-${number}`);
  const hint = turn.is_written && turn.round === 1 ? "written" : HINTS[turn.round];
  const label = element("label", { htmlFor: input.id }, turn.label, element("small", { textContent: hint ? say(hint) : "" }));
  const choices = element("ul", { id: `choices-${number}`, className: "choices", hidden: true });
  choices.setAttribute("role", "listbox");
  choices.setAttribute("aria-label", turn.label);
  return element("li", { className: "turn" },
    label,
    element("p", { className: "read" }, ...marked(turn)),
    input,
    choices,
    element("p", { className: "why", id: `why-${number}` }));
}

// Shows what may be meant; the first is chosen when the text is shorthand (no marks, no capitals).
export function offer(card, values, chosen) {
  const list = card.querySelector(".choices");
  list.replaceChildren(...values.map((value, place) => {
    const line = element("li", { textContent: value });
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(place === chosen));
    return line;
  }));
  list.hidden = !values.length;
  card.querySelector("input").setAttribute("aria-expanded", String(values.length > 0));
}

export const isShorthand = (text) => /^[a-z0-9 /.-]+$/.test(text);

export function tell(card, text, className = "why") {
  const line = card.querySelector(".why, .refused");
  line.className = className;
  line.textContent = text;
}
