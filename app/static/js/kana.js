// The reading of a name is what was typed before it was converted. It is put into the reading's field, marked as an estimate,
// as long as nobody has written there.
import { fire } from "./page.js";

const KANA = /^[ぁ-ゖァ-ヺー・\s]+$/;
const toKatakana = (text) => text.replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));

let reading = "";

const fieldFor = (name) => (name.dataset?.kanaFor ? document.querySelector(name.dataset.kanaFor) : null);

function setMark(field, estimated) {
  const id = `${field.id}-estimated`;
  document.getElementById(id)?.remove();
  field.toggleAttribute("data-estimated", estimated);
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((part) => part && part !== id);
  if (estimated) {
    const mark = document.createElement("p");
    Object.assign(mark, { id, className: "estimated", textContent: "読みは推定です。確かめてください" });
    field.parentElement.after(mark);
    others.push(id);
  }
  if (others.length) field.setAttribute("aria-describedby", others.join(" "));
  else field.removeAttribute("aria-describedby");
}

function onEnd(event) {
  const name = event.target;
  const field = fieldFor(name);
  if (!field) return;
  const written = event.data;
  const free = !field.value || field.hasAttribute("data-estimated");
  if (free && written && (reading || KANA.test(written))) {
    field.value = `${name.value === written ? "" : field.value}${toKatakana(KANA.test(written) ? written : reading)}`;
    setMark(field, true);
    fire(field, "input", "change");
  }
  reading = "";
}

export function startKana() {
  document.addEventListener("compositionstart", () => { reading = ""; });
  document.addEventListener("compositionupdate", ({ data }) => { if (data && KANA.test(data)) reading = data; });
  document.addEventListener("compositionend", onEnd);
  document.addEventListener("input", ({ target, isTrusted }) => {
    if (target.dataset?.kanaFor) {
      const field = fieldFor(target);
      // A blank between family and given name is one in the reading too; an emptied name takes its reading along.
      if (field?.hasAttribute("data-estimated") && (!target.value || /\s$/.test(target.value))) {
        field.value = target.value ? `${field.value.trimEnd()}　` : "";
        setMark(field, Boolean(target.value));
      }
    } else if (isTrusted && target.hasAttribute?.("data-estimated")) {
      setMark(target, false);
    }
  });
}
