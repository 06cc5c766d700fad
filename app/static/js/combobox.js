// Text with suggestions: the server sends the options for the whole form (ui.options).
// What is typed stays unless an option is taken. The first option is only proposed: Enter takes it, ↓ goes into the list.
import { fire, post } from "./page.js";

const PAUSE = 150;
const asking = new WeakMap();

const boxOf = (element) => element.closest?.("[data-combobox]") ?? null;
const inputOf = (box) => box.querySelector("[data-combobox-input]");
const listOf = (box) => box.querySelector("[role=listbox]");
const optionsOf = (box) => [...listOf(box).querySelectorAll("[role=option]:not([aria-disabled])")];
const isOpen = (box) => !listOf(box).hidden;
const isFree = (box) => "free" in box.dataset;
const marked = (box) => listOf(box).querySelector("[aria-selected=true]");
const proposed = (box) => listOf(box).querySelector("[data-proposed]");
const hasFocus = (box) => document.activeElement === inputOf(box);

function setOpen(box, open) {
  const input = inputOf(box);
  const list = listOf(box);
  list.hidden = !open;
  if (input.role === "combobox") input.ariaExpanded = open;
  if (!open) input.removeAttribute("aria-activedescendant");
  // No room above the bar at the foot: it opens upwards.
  const foot = document.querySelector(".actions")?.getBoundingClientRect().top ?? innerHeight;
  const field = input.getBoundingClientRect();
  box.toggleAttribute("data-up", open && field.bottom + list.offsetHeight > foot && field.top > list.offsetHeight);
}

function mark(box, option, proposal = false) {
  for (const item of optionsOf(box)) {
    item.ariaSelected = item === option && !proposal;
    item.toggleAttribute("data-proposed", item === option && proposal);
  }
  if (!option) return;
  inputOf(box).setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const valueOf = (box) => box.querySelector("[data-combobox-value]") ?? {};

function say(box, words, warning = false) {
  const place = document.getElementById(`${inputOf(box).id}-said`);
  if (!place) return;
  place.textContent = words;
  place.toggleAttribute("data-warning", warning);
}

// What follows from the choice: texts by name, a radio by its id.
function follow(form, { fill, check }) {
  for (const [name, value] of Object.entries(JSON.parse(fill ?? "{}"))) {
    const field = form?.elements.namedItem(name);
    if (field && !field.value) field.value = value;
  }
  const radio = check && document.getElementById(check);
  if (radio) radio.checked = true;
}

// True: more to type here.
function take(box, option) {
  const input = inputOf(box);
  const { text, value, said, more } = option.dataset;
  box.dataset.taken = input.value = text;
  valueOf(box).value = value;
  say(box, said ?? "");
  setOpen(box, false);
  follow(input.form, option.dataset);
  fire(input, "change");
  if (!more || !hasFocus(box)) return false;
  input.setSelectionRange(text.length, text.length);
  if (more === "ask") ask(box);
  return true;
}

async function fetchOptions(box, signal) {
  const input = inputOf(box);
  const body = new URLSearchParams(new FormData(input.form));
  body.set("q", input.value);
  const answer = await post(box.dataset.options, body, signal);
  const html = answer.ok ? await answer.text() : "";
  signal.throwIfAborted();
  listOf(box).innerHTML = html;
  for (const [at, item] of [...listOf(box).children].entries()) item.id = `${input.id}-option-${at + 1}`;
}

// A newer question overtakes the older one.
function ask(box) {
  cancel(box);
  const abort = new AbortController();
  const done = fetchOptions(box, abort.signal).then(() => {
    asking.delete(box);
    settle(box);
  }, () => asking.get(box)?.abort === abort && asking.delete(box));
  asking.set(box, { abort, done });
  return done;
}

function cancel(box) {
  clearTimeout(asking.get(box)?.timer);
  asking.get(box)?.abort?.abort();
  asking.delete(box);
}

function settle(box) {
  const options = optionsOf(box);
  const likely = options.find((item) => item.dataset.likely);
  if (!hasFocus(box)) {
    // Gone on already: only the very thing that was typed may be put in.
    if (likely?.dataset.likely === "exact") take(box, likely);
    else leave(box);
  } else if ("sure" in (likely?.dataset ?? {})) {
    take(box, likely);
  } else {
    setOpen(box, listOf(box).children.length > 0);
    mark(box, isFree(box) ? likely : options[0], true);
  }
}

function leave(box) {
  const { unlisted } = box.dataset;
  if (unlisted && !valueOf(box).value) say(box, inputOf(box).value.trim() && unlisted, true);
}

function onInput(event) {
  const box = boxOf(event.target);
  if (!box || event.target !== inputOf(box)) return;
  // Another text is another thing. A number after it changes nothing.
  valueOf(box).value = "";
  if (!isFree(box) || !event.target.value.startsWith(box.dataset.taken)) say(box, "");
  cancel(box);
  asking.set(box, { timer: setTimeout(() => ask(box), PAUSE) });
}

// A trained hand is faster than the answer: keys wait.
async function whenAsked(box, act) {
  await (asking.get(box)?.done ?? ask(box));
  if (hasFocus(box)) act();
}

function intoList(box, step) {
  if (!isOpen(box)) return;
  const items = optionsOf(box);
  const here = items.indexOf(marked(box));
  mark(box, here < 0 ? proposed(box) ?? items.at(step > 0 ? 0 : -1) : items.at((here + step) % items.length));
}

function onArrow(event, box) {
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  if (isOpen(box) && !asking.has(box)) intoList(box, step);
  else whenAsked(box, () => intoList(box, step));
}

function onEnter(event, box) {
  const input = inputOf(box);
  if (asking.has(box)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { value } = input;
    // What the answer put in by itself is not gone past.
    whenAsked(box, () => input.value === value && input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })));
    return;
  }
  const option = isOpen(box) && (marked(box) ?? proposed(box));
  setOpen(box, false);
  // On to the next field; elsewhere Enter would send the form.
  if (option && (take(box, option) || !input.closest("[data-grid]"))) event.preventDefault();
}

function onTab(box) {
  const soft = proposed(box);
  const option = marked(box) ?? (!isFree(box) || soft?.dataset.likely === "exact" ? soft : null);
  if (isOpen(box) && option && inputOf(box).value) take(box, option);
}

function onKey(event) {
  const box = boxOf(event.target);
  if (!box || event.target !== inputOf(box) || event.ctrlKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") onArrow(event, box);
  else if (event.key === "Enter" && !event.shiftKey) onEnter(event, box);
  else if (event.key === "Tab") onTab(box);
  else if (event.key === "Escape" && isOpen(box)) {
    event.preventDefault();
    setOpen(box, false);
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
  document.addEventListener("focusout", (event) => {
    const box = boxOf(event.target);
    if (!box || event.target !== inputOf(box)) return;
    setOpen(box, false);
    if (!asking.has(box)) leave(box);
  });
}
