// Ready phrases of a memo: their digit or two letters, typed into their own box, put them into the memo.
// What the input method is still composing does not get here (ime.js); full width counts as half width.
import { announce } from "./announce.js";

const buttonsOf = (box) => [...box.closest(".drawer-body").querySelectorAll("[data-phrases]:not([data-other-kind]) [data-phrase]")];

function choose(box) {
  const typed = box.value.normalize("NFKC").trim().toLowerCase();
  const found = typed && buttonsOf(box).find((button) => button.dataset.phrase === typed || button.dataset.place === typed);
  if (!found) return;
  box.value = "";
  found.click();
  announce(`「${found.dataset.put}」を入れました`);
}

function sortOut(select) {
  for (const group of select.closest(".drawer-body").querySelectorAll("[data-phrases]")) {
    group.toggleAttribute("data-other-kind", group.dataset.phrases !== select.value);
  }
}

export function startPhrases() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches?.("[data-phrase-box]")) choose(target);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.id === "memo-kind") sortOut(target);
  });
}
