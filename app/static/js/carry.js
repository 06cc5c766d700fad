// What the mouse changed while the screen was on its way (keys wait, see typeahead.js) is done again on the new screen,
// until a request has gone out that contains it.
import { fire } from "./page.js";

const changed = new Map();
const running = new Set();
// The field in which the request was sent by a key, as it was sent: it tells of its change when it is left, with the old screen.
let sent = {};

const stateOf = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value);

function setState(field, state) {
  if (field.matches("[type=checkbox], [type=radio]")) field.checked = state;
  else field.value = state;
}

export function carryOver() {
  for (const [id, state] of changed) {
    const field = document.getElementById(id);
    if (!field || field.disabled) {
      changed.delete(id);
    } else if (stateOf(field) !== state) {
      setState(field, state);
      fire(field, "input", "change");
    }
  }
}

export function startCarry() {
  // On the way down: the change that starts a request comes before it and is part of it.
  document.addEventListener("change", ({ target }) => {
    if (!running.size || !target.id || !target.closest("#app")) return;
    if (target.id !== sent.id || stateOf(target) !== sent.state) changed.set(target.id, stateOf(target));
  }, true);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.requestConfig.verb === "get" || detail.elt.closest('[hx-sync*="replace"]')) return;
    running.add(detail.xhr);
    const field = document.activeElement;
    const part = field?.name && detail.requestConfig.formData.get(field.name) === field.value;
    sent = part ? { id: field.id, state: stateOf(field) } : {};
    detail.xhr.addEventListener("loadend", () => running.delete(detail.xhr));
    for (const [id, state] of changed) {
      const field = document.getElementById(id);
      if (field && stateOf(field) === state) changed.delete(id);
    }
  });
}
