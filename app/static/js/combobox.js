// Text with suggestions. The server sends the options for the whole form (ui.options); without a server the field's datalist serves.
import { fire } from "./page.js";

const PAUSE = 150;
const timers = new WeakMap();

const boxOf = (element) => element.closest?.("[data-combobox]") ?? null;
const inputOf = (box) => box.querySelector("[role=combobox]");
const listOf = (box) => box.querySelector("[role=listbox]");
const optionsOf = (box) => [...listOf(box).querySelectorAll("[role=option]:not([aria-disabled])")];
const valueOf = (box) => box.querySelector("[data-combobox-value]");
const fold = (text) => text.normalize("NFKC").replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60)).toLowerCase();

function setOpen(box, open) {
  const input = inputOf(box);
  listOf(box).hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) input.removeAttribute("aria-activedescendant");
}

function mark(box, option) {
  for (const item of optionsOf(box)) item.setAttribute("aria-selected", String(item === option));
  if (!option) return;
  inputOf(box).setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const marked = (box) => optionsOf(box).find((item) => item.getAttribute("aria-selected") === "true") ?? null;

function take(box, option) {
  const input = inputOf(box);
  input.value = option.dataset.text;
  valueOf(box).value = option.dataset.value;
  setOpen(box, false);
  fire(input, "change");
}

function fromDatalist(box) {
  const wanted = fold(inputOf(box).value);
  const choices = [...box.querySelectorAll("datalist option")].filter((item) => fold(item.value).includes(wanted)).slice(0, 20);
  listOf(box).replaceChildren(...choices.map((choice, index) => {
    const item = document.createElement("li");
    Object.assign(item, { id: `${inputOf(box).id}-option-${index + 1}`, role: "option", className: "combo-option", textContent: choice.value });
    item.setAttribute("aria-selected", "false");
    Object.assign(item.dataset, { value: choice.dataset.value, text: choice.value });
    return item;
  }));
}

async function ask(box) {
  const input = inputOf(box);
  if (box.dataset.options) {
    await htmx.ajax("POST", box.dataset.options, { source: input, target: listOf(box), swap: "innerHTML", values: { q: input.value } });
  } else {
    fromDatalist(box);
  }
  if (!input.isConnected || document.activeElement !== input) return;
  setOpen(box, listOf(box).children.length > 0);
  mark(box, optionsOf(box)[0] ?? null);
}

function onInput(event) {
  const box = boxOf(event.target);
  if (!box || event.target !== inputOf(box)) return;
  // Another text is another thing: what had been chosen no longer counts.
  valueOf(box).value = "";
  clearTimeout(timers.get(box));
  timers.set(box, setTimeout(() => ask(box), PAUSE));
}

function onKey(event) {
  const box = boxOf(event.target);
  if (!box || event.target !== inputOf(box) || event.ctrlKey || event.altKey) return;
  const items = optionsOf(box);
  const here = items.indexOf(marked(box));
  const isOpen = !listOf(box).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen) ask(box);
    else mark(box, items.at((here + (event.key === "ArrowDown" ? 1 : -1 + (here < 0 ? 1 : 0))) % items.length));
  } else if (event.key === "Enter" && isOpen && here >= 0) {
    event.preventDefault();
    take(box, items[here]);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    setOpen(box, false);
  } else if (event.key === "Tab" && isOpen && here >= 0 && inputOf(box).value) {
    take(box, items[here]);
  }
}

export function startCombobox() {
  document.addEventListener("input", onInput);
  // On the way down, so that an open list has Enter and Esc before anything else does.
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (!option || !boxOf(option)) return;
    event.preventDefault();
    take(boxOf(option), option);
  });
  document.addEventListener("focusin", (event) => {
    const box = boxOf(event.target);
    // The browser's own list would lie over ours.
    if (box && event.target === inputOf(box)) event.target.removeAttribute("list");
  });
  document.addEventListener("focusout", (event) => {
    const box = boxOf(event.target);
    if (box) setOpen(box, false);
  });
}
