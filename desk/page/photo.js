// A photo or file of a paper: picked, dropped or pasted, and what came of comparing it.
import { day, say } from "./words.js";
import { element } from "./view.js";

const VERDICTS = { same: "=", perhaps: "≈", conflict: "!" };

// Calls `take` with each file that is handed to the page, whichever way.
export function listen(picker, take) {
  picker.addEventListener("change", () => {
    const [file] = picker.files;
    picker.value = ""; // the same file may be picked again
    if (file) take(file);
  });
  const holdsFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    document.body.classList.add("dragged");
  });
  const end = () => document.body.classList.remove("dragged");
  document.addEventListener("dragleave", (event) => event.relatedTarget === null && end());
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault(); // else the browser would leave the page to show it
    end();
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    take(file);
  });
}

// The file as the server takes it. Its name stays here: it may be a person's.
export function form(file) {
  const made = new FormData();
  made.append("file", file, "paper");
  return made;
}

// What the file was taken for, in one sentence.
export function takenFor({ same_paper: compared }) {
  if (!compared) return say("file_held");
  if (!compared.read) return say("file_unread", { why: compared.sentence });
  const first = compared.matches[0]?.verdict;
  return say(first ? `file_${first}` : "file_unlike");
}

function list(word, values) {
  return values.length > 0 && say(word, { values: values.join(", ") });
}

function marks(names) {
  return names.map((name) => say(`mark_${name}`));
}

// One paper of ours that is, or may be, the one in the photo, and why.
function matchLine(match) {
  const facts = [
    match.number && say("number", { number: match.number }),
    match.issued_on && say("issued", { date: day(match.issued_on) }),
    match.agency,
  ];
  const reasons = [
    say("likeness", { percent: Math.round(match.likeness * 100) }),
    list("agrees", marks(match.agrees)),
    list("differs_in", marks(match.differs)),
    list("only_asked", match.only_asked),
    list("only_held", match.only_held),
  ];
  return element("li", { className: `match ${match.verdict}` },
    element("p", { className: "verdict" },
      element("span", { textContent: VERDICTS[match.verdict] }), ` ${say(`verdict_${match.verdict}`)}`),
    element("p", { textContent: facts.filter(Boolean).join(" · ") }),
    element("p", { className: "facts", textContent: reasons.filter(Boolean).join(" · ") }));
}

export function matchLines(answer) {
  return (answer?.same_paper?.matches ?? []).map(matchLine);
}
