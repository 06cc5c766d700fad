// How a typed date was read, said at once; chips put a known date in.
import { fire, post } from "./page.js";

const PAUSE = 350;
const running = new WeakMap();

async function read(field) {
  const place = document.getElementById(`${field.id}-echo`);
  running.get(field)?.abort();
  const abort = new AbortController();
  running.set(field, abort);
  if (!field.value.trim()) {
    place.textContent = "";
    return;
  }
  try {
    const body = new URLSearchParams({ text: field.value, field: field.dataset.echoField });
    const answer = await post(field.dataset.echo, body, abort.signal);
    const text = await answer.text();
    place.toggleAttribute("data-problem", !answer.ok);
    place.toggleAttribute("data-warning", answer.headers.has("X-Echo-Warning"));
    place.textContent = answer.ok || answer.status === 422 ? text : "";
    if (answer.ok) forgive(field);
  } catch {
    // Overtaken by the next key, or no connection: the server reads the date again when the step is sent.
  }
}

// What was wrong with the date that stood there before is not said of the one that was read now.
function forgive(field) {
  field.removeAttribute("aria-invalid");
  field.closest(".field-wrong")?.classList.remove("field-wrong");
  document.getElementById(`${field.id}-error`)?.setAttribute("hidden", "");
}

export function startEcho() {
  const timers = new WeakMap();
  document.addEventListener("input", ({ target }) => {
    if (!target.dataset?.echo) return;
    clearTimeout(timers.get(target));
    timers.set(target, setTimeout(() => read(target), PAUSE));
  });
  document.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-put]");
    if (!chip) return;
    const field = document.getElementById(chip.dataset.putInto);
    // A phrase joins what is being written; a date takes the place of the one that stood there.
    if (field.matches("textarea")) field.setRangeText(chip.dataset.put, field.selectionStart, field.selectionEnd, "end");
    else field.value = chip.dataset.put;
    fire(field, "input", "change");
    field.focus();
  });
}
