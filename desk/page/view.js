// Draws answers. Only textContent: whatever a paper says stays text.
import { day, moment, say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
// One drawing a state: the state can be told without color.
const ICONS = {
  REUSABLE: "M4 13l5 5L20 6",
  DIGITISED_UNVERIFIED: "M2 12c4-7 16-7 20 0c-4 7-16 7-20 0M12 9a3 3 0 1 0 .01 0",
  IN_PROGRESS: "M6 3h12M6 21h12M7 3c0 6 10 6 10 9s-10 3-10 9M17 3c0 6-10 6-10 9s10 3 10 9",
  DIGITISED_EXPIRED: "M12 3a9 9 0 1 0 .01 0M12 7v5l4 3",
  DIGITISED_REPLACED: "M4 7h11a5 5 0 0 1 0 10H8M8 3L4 7l4 4",
  SIGNATURE_PROBLEM: "M12 3L2 21h20zM12 10v5M12 18v.5",
  AMBIGUOUS: "M8 9a4 4 0 1 1 5 4c-1 .4-1 1-1 2.500M12 19v.5",
  RESTRICTED: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
  NOT_ALLOWED_FOR_TTHC: "M12 3a9 9 0 1 0 .01 0M6 6l12 12",
  NOT_FOUND: "M10 4a6 6 0 1 0 .01 0M15 15l6 6M8 10h4",
  UNAVAILABLE: "M13 2L5 14h6l-1 8 8-12h-6z",
};

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function icon(state) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[state] ?? ICONS.UNAVAILABLE);
  svg.append(path);
  return svg;
}

function facts(paper) {
  const document = paper.documents[0];
  if (!document) return [];
  const { number, issued_on, agency, valid_to, pages } = document;
  const first = [number && say("number", { number }), issued_on && say("issued", { date: day(issued_on) }), agency];
  const second = [
    say("holder", { name: document.holder_name_masked, number: document.holder_number_masked }),
    valid_to && say("valid_to", { date: day(valid_to) }),
    say("pages", { count: pages }),
    paper.documents.length > 1 && say("others", { count: paper.documents.length - 1 }),
  ];
  return [first, second].map((parts) =>
    element("p", { className: "facts", textContent: parts.filter((part) => part && part !== " · ").join(" · ") }));
}

function key(letter, word, action) {
  return element("button", { type: "button", className: "act", tabIndex: -1, onclick: action },
    element("kbd", { textContent: letter }), ` ${say(word)}`);
}

// One line of the answer. `acts` has a function for each key that does something here.
export function paperLine(paper, number, acts, done) {
  const title = element("h3", { id: `paper-${number}`, textContent: paper.document_type_name || say("some_paper") });
  const badge = element("p", { className: "badge" }, icon(paper.state), say(paper.state));
  const line = element("li", { className: `paper ${paper.state}`, tabIndex: number ? -1 : 0 },
    badge,
    element("div", { className: "told" },
      title,
      element("p", { className: "why", id: `why-${number}`, textContent: paper.sentence }),
      ...facts(paper)));
  line.setAttribute("aria-labelledby", `paper-${number}`);
  line.setAttribute("aria-describedby", `why-${number}`);
  const asked = paper.document_type ? say(paper.is_required ? "required" : "optional") : "";
  title.append(element("small", { textContent: asked }));
  const bar = element("div", { className: "acts" });
  if (done) bar.append(element("p", { className: "done", textContent: done }));
  else {
    if (acts.use) bar.append(key("Enter", "use", acts.use));
    if (acts.show) bar.append(key("P", "show", acts.show));
    if (acts.get) bar.append(key("D", "get", acts.get));
    if (acts.again) bar.append(key("A", "ask_again", acts.again));
  }
  if (bar.childElementCount) line.querySelector(".told").append(bar);
  return line;
}

export function summary(papers) {
  const counts = new Map();
  for (const { state } of papers) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, count]) => `${count} ${say(state).toLowerCase()}`);
  return say("summary", { count: papers.length, parts: parts.join(", ") });
}

export function slip(receipt) {
  const rows = receipt.papers.map((paper) => element("tr", {},
    element("td", { textContent: paper.document_type_name || say("some_paper") }),
    element("td", {}, element("strong", { textContent: say(paper.state) }), element("br"), paper.sentence),
    element("td", { className: "hash", textContent: paper.sha256 || "–" })));
  const head = ["receipt_paper", "receipt_state", "receipt_hash"].map((word) =>
    element("th", { scope: "col", textContent: say(word) }));
  return [
    element("p", { className: "office", textContent: receipt.agency }),
    element("h2", { textContent: say("receipt_title") }),
    element("p", { textContent: say("receipt_asked", { shown: receipt.asked }) }),
    element("p", { textContent: say("receipt_case", { code: receipt.case || "–", procedure: receipt.procedure || "–" }) }),
    element("p", { textContent: say("receipt_at", { time: moment(receipt.at), clerk: receipt.clerk }) }),
    element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
    element("p", { textContent: say("receipt_note") }),
    element("p", { className: "hash", textContent: `${say("receipt_signature")}: ${receipt.signature}` }),
    element("p", { className: "hash", textContent: receipt.lookup_id }),
  ];
}
