// A step is sent once, and only after everything smaller that was on its way has arrived.
import { announce } from "./announce.js";
import { topDialog } from "./page.js";
import { replay } from "./typeahead.js";

const running = new Set();
let deferred = null;

const isSearch = (element) => element.closest?.('[hx-sync*="replace"]') !== null;
const partsOf = (form) => [form, ...(form.id ? document.querySelectorAll(`[form="${CSS.escape(form.id)}"]`) : [])];

function setBusy(form, busy) {
  for (const part of partsOf(form)) {
    if (busy) part.setAttribute("aria-busy", "true");
    else part.removeAttribute("aria-busy");
  }
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onSubmit(event) {
  const form = event.target;
  // A form that its own script sends (data-own) is not under way as a page.
  if (isSearch(form) || form.matches("[data-own]")) return;
  if (form.getAttribute("aria-busy") === "true") {
    swallow(event);
  } else if (running.size) {
    swallow(event);
    deferred = { form, submitter: event.submitter };
  } else if (!form.hasAttribute("hx-post") && form.target !== "_blank") {
    setBusy(form, true);
  }
}

function sendDeferred() {
  if (!deferred || running.size) return;
  const { form, submitter } = deferred;
  deferred = null;
  const same = form.isConnected ? form : form.id && document.getElementById(form.id);
  if (topDialog() || !same) {
    announce("画面が変わったため、送信を取り消しました");
    replay();
    return;
  }
  // The button may have come anew with the screen; pressing it, and not only sending its form, tells what was meant.
  const button = submitter && (submitter.isConnected ? submitter : submitter.id && document.getElementById(submitter.id));
  if (button?.form === same) button.click();
  else same.requestSubmit();
}

// Anything else that writes (autosave) takes part by begin and end.
export const begin = (mark) => running.add(mark);

export function end(mark) {
  if (running.delete(mark)) sendDeferred();
}

// A step that waits for something smaller counts as being on its way.
export const isWaiting = () => deferred !== null;

// While a step is on its way, what would only be shown beside it comes too late: it would speak of a screen that is gone.
function leaveOut(event) {
  const { elt } = event.detail;
  if (elt.form?.getAttribute("aria-busy") === "true") event.preventDefault();
}

export function startSending() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:configRequest", leaveOut);
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (isSearch(detail.elt) || detail.requestConfig.verb === "get") return;
    if (detail.requestConfig.triggeringEvent?.type === "submit" && detail.elt.matches("form")) setBusy(detail.elt, true);
    running.add(detail.xhr);
    // Of what was asked from a part of the screen that is gone, htmx tells nobody; the request itself always ends.
    // What is swapped in settles a moment later; an answer that swaps nothing ends here.
    detail.xhr.addEventListener("loadend", () => setTimeout(() => end(detail.xhr), 60));
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (running.has(detail.xhr) && detail.elt.matches("form")) setBusy(detail.elt, false);
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => end(detail.xhr));
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) setBusy(form, false);
  });
}
