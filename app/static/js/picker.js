// 文字を選ぶ: a dialog that puts a character which cannot be typed, selector and all, where the caret stood.
import { fire, topDialog } from "./page.js";

const TARGETS = "input.name, #query";
let into = null;

const dialog = () => document.getElementById("picker");
const glyphs = (list) => [...list.querySelectorAll("[data-char]")];

function open(field) {
  if (!dialog() || field.readOnly || field.disabled) return;
  into = { id: field.id, start: field.selectionStart, end: field.selectionEnd };
  dialog().showModal();
  const first = dialog().querySelector("input[type=text]");
  first.focus();
  first.select();
}

function put(char) {
  const field = into && document.getElementById(into.id);
  dialog().close();
  if (!field) return;
  field.focus();
  const { start, end } = into;
  const length = field.value.length - (end - start) + char.length;
  if (field.maxLength > 0 && length > field.maxLength) return;
  field.setRangeText(char, start, end, "end");
  fire(field, "input", "change");
}

// Rows and columns as they are seen: the list wraps where it has to.
function neighbour(all, here, key) {
  const at = all.indexOf(here);
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  const columns = all.filter((item) => item.offsetTop === all[0].offsetTop).length;
  return all[at + (key === "ArrowDown" ? columns : -columns)];
}

function onKey(event) {
  if (event.defaultPrevented || !(event.target instanceof Element)) return;
  const { target, key } = event;
  if (event.altKey && event.code === "KeyI" && target.matches(TARGETS) && !topDialog()) {
    event.preventDefault();
    open(target);
  } else if (target.matches("[data-char]") && /^(Arrow|Home$|End$)/.test(key)) {
    event.preventDefault();
    const next = neighbour(glyphs(target.closest("[data-glyphs]")), target, key);
    if (next) {
      target.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (key === "ArrowUp") {
      dialog()?.querySelector("input[type=text]").focus();
    }
  } else if (key === "ArrowDown" && target.closest("#picker form")) {
    const first = dialog().querySelector("[data-char]");
    if (!first) return;
    event.preventDefault();
    first.focus();
  }
}

export function startPicker() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-pick]");
    const glyph = event.target.closest("#picker [data-char]");
    if (opener) open(document.getElementById(opener.dataset.pick));
    else if (glyph) put(glyph.dataset.char);
  });
}
