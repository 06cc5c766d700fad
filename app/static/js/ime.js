// While a Japanese word is being composed, its keys belong to the input method: neither htmx nor any module of ours hears them.
// The first key of a composition comes before compositionstart, marked only by keyCode 229.
const isComposing = (event) => event.isComposing || event.keyCode === 229;

const isText = (element) => element instanceof Element && element.matches("input, textarea");

for (const type of ["keydown", "keyup", "input"]) {
  document.addEventListener(type, (event) => {
    if (isComposing(event) && isText(event.target)) event.stopImmediatePropagation();
  }, true);
}

// The finished word is one input.
document.addEventListener("compositionend", (event) => {
  const field = event.target;
  setTimeout(() => field.dispatchEvent(new Event("input", { bubbles: true })), 0);
}, true);
