// A page that is only a step on the way sends its form by itself; its button is for browsers without scripts.
export function goOn() {
  document.querySelector("form[data-go-on]")?.requestSubmit();
}
