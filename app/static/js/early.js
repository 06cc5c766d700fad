// Runs before the page is read, ahead of every module: what is pressed until the modules listen is kept for typeahead.js.
(() => {
  const kept = [];
  const named = /^(?:Enter|Tab|Backspace|F(?:[1-4689]|12))$/;

  function keep(event) {
    const ours = event.key.length === 1 || named.test(event.key);
    if (!event.isTrusted || event.isComposing || event.ctrlKey || event.metaKey || !ours) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept.push(event);
  }

  addEventListener("keydown", keep, true);
  // The modules have run by then, or never will: in either case the keys are the page's own again.
  addEventListener("DOMContentLoaded", () => removeEventListener("keydown", keep, true), true);
  globalThis.takeEarlyKeys = () => kept.splice(0);
})();
