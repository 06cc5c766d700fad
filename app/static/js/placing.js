// The placement desk: boxes over the picture of a page are chosen, dragged, resized and moved by keys; every act goes to the
// server at once and comes back with the page as our own renderer prints it. One unit of the drawing is a millimetre.
import { announce } from "./announce.js";
import { isTextEntry, post, topDialog } from "./page.js";
import { cellAt, forget, learn, snapped } from "./placing_lines.js";

const GRIP = 7;
const LEAST = 1;
const WAIT = 350;
const SEAL = 14;

let chosen = [];
let armed = null; // the fact button that is to be placed
let drag = null;
let waiting = 0; // moves by key that are not sent yet
let queue = Promise.resolve();
let asked = 0;

const desk = () => document.getElementById("placing");
const sheet = () => document.getElementById("sheet-of-page");
const scale = () => sheet().getScreenCTM().a;
const placeOf = (ref) => sheet()?.querySelector(`[data-ref="${ref}"]`) ?? null;
const rectOf = (place) => place.querySelector("rect");
const mayEdit = () => desk()?.hasAttribute("data-editable");
const round = (value) => Math.round(value * 100) / 100;

const boxOf = (place) => {
  const rect = rectOf(place);
  return Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(rect.getAttribute(name))]));
};

function show(place, box) {
  for (const [name, value] of Object.entries(box)) rectOf(place).setAttribute(name, round(value));
}

function pointOf(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet().getScreenCTM().inverse());
  return { x: at.x, y: at.y };
}

// ---- choosing

function choose(refs, panel = true) {
  flush();
  chosen = refs.filter((ref) => placeOf(ref));
  mark();
  if (panel) fetchSide();
}

function mark() {
  const root = desk();
  root.dataset.chosen = chosen.join(" ");
  for (const place of sheet().querySelectorAll(".place")) {
    const mine = chosen.includes(place.dataset.ref);
    if (mine) place.setAttribute("aria-current", "true");
    else place.removeAttribute("aria-current");
    const parent = place.dataset.parent;
    if (parent) place.toggleAttribute("data-shown", mine || chosen.includes(parent) || chosen.some((ref) => ref.split(".")[0] === parent));
  }
  for (const field of document.querySelectorAll('#side input[name="chosen"]')) field.value = chosen.join(" ");
  drawGrips();
}

function drawGrips() {
  for (const grip of sheet().querySelectorAll(".grip")) grip.remove();
  if (chosen.length !== 1 || !mayEdit()) return;
  const box = boxOf(placeOf(chosen[0]));
  const size = GRIP / scale();
  for (const edge of ["nw", "n", "ne", "e", "se", "s", "sw", "w"]) {
    const x = box.x + (edge.includes("e") ? box.width : edge.includes("w") ? 0 : box.width / 2);
    const y = box.y + (edge.includes("s") ? box.height : edge.includes("n") ? 0 : box.height / 2);
    const grip = document.createElementNS(sheet().namespaceURI, "rect");
    for (const [name, value] of Object.entries({ class: "grip", x: x - size / 2, y: y - size / 2, width: size, height: size, "data-edge": edge })) grip.setAttribute(name, value);
    grip.style.cursor = `${edge}-resize`;
    sheet().append(grip);
  }
}

async function fetchSide() {
  const mine = ++asked;
  await queue;
  if (mine !== asked || !desk()) return;
  const url = new URL(desk().dataset.url, location.href);
  for (const [name, value] of Object.entries({ ...look(), chosen: chosen.join(" "), part: "side" })) url.searchParams.set(name, value);
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, cache: "no-store" });
  if (!answer.ok || mine !== asked) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("side");
  const old = document.getElementById("side");
  if (!found || !old) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(found);
  window.htmx?.process(found);
  if (focused) document.getElementById(focused)?.focus();
}

const look = () => Object.fromEntries(["sample", "page", "zoom"].map((name) => [name, document.querySelector(`#look [name="${name}"]`)?.value ?? (name === "page" ? desk().dataset.page : "")]));

// ---- sending

function send(fields) {
  asked += 1;
  queue = queue.then(async () => {
    if (!desk()) return;
    const seen = document.querySelector('#add input[name="seen"]')?.value ?? "";
    try {
      const answer = await post(desk().dataset.url, new URLSearchParams({ ...look(), chosen: chosen.join(" "), seen, ...fields() }));
      if (![200, 409, 422].includes(answer.status)) throw new Error(String(answer.status));
      take(await answer.text());
    } catch {
      announce("保存できませんでした。通信を確かめて、画面を開き直してください。");
    }
  });
  return queue;
}

const state = (work) => work.querySelector('#add input[name="seen"]')?.value ?? "";

function take(text) {
  const found = new DOMParser().parseFromString(text, "text/html").getElementById("placing");
  if (!found) return;
  const old = desk();
  const scroll = document.getElementById("placing-scroll");
  const where = [scroll.scrollLeft, scroll.scrollTop];
  const side = document.getElementById("side").scrollTop;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  keepPicture(old, found);
  old.replaceWith(found);
  window.htmx?.process(found);
  const fresh = document.getElementById("placing-scroll");
  [fresh.scrollLeft, fresh.scrollTop] = where;
  arrive();
  const again = (focused && document.getElementById(focused)) || (focused && chosen.length ? placeOf(chosen[0]) : null);
  again?.focus({ preventScroll: true });
  document.getElementById("side").scrollTop = side;
  announce(found.dataset.announce ?? (state(old) && state(old) === state(found) ? "変わりませんでした" : "反映しました"));
}

// The old picture stays until the new one has come, so that nothing flickers.
function keepPicture(old, found) {
  const before = old.querySelector("#picture");
  const after = found.querySelector("#picture");
  if (!before || !after) return;
  const address = after.getAttribute("href");
  if (before.getAttribute("href") === address) return after.replaceWith(before);
  after.setAttribute("href", before.getAttribute("href"));
  const ready = new Image();
  ready.addEventListener("load", () => { after.setAttribute("href", address); learn(sheet()); });
  ready.src = address;
}

// Moves by key are gathered: what was pressed in a row is one act.
function flush() {
  if (!waiting) return;
  clearTimeout(waiting);
  waiting = 0;
  const refs = chosen.slice();
  const boxes = refs.map((ref) => placeOf(ref)).filter(Boolean).map(rowOf);
  send(() => ({ act: "box", boxes: JSON.stringify(boxes), chosen: refs.join(" ") }));
}

const rowOf = (place) => {
  const box = boxOf(place);
  return [place.dataset.ref, box.x, box.y, box.width, box.height];
};

// ---- keys

function onKey(event) {
  if (event.defaultPrevented || !desk() || topDialog() || event.isComposing) return;
  const { key, ctrlKey, shiftKey, altKey } = event;
  const target = event.target;
  if (key === "Escape" && armed) return stop(event, disarm);
  if (key === "Escape" && document.getElementById("side")?.contains(target) && chosen.length) return stop(event, () => placeOf(chosen[0])?.focus());
  if (!(target instanceof Element) || isTextEntry(target) || target.matches("select")) return;
  if (ctrlKey && key.toLowerCase() === "z" && mayEdit()) return stop(event, undo);
  const place = target.closest?.(".place");
  if (!place || altKey) return;
  if (key.startsWith("Arrow") && mayEdit()) return stop(event, () => nudge(place, key, shiftKey ? 1 : 0.1, ctrlKey));
  if (key === " ") return stop(event, () => toggle(place));
  if (key === "Enter") return stop(event, () => enter(place));
  if (!mayEdit()) return;
  if (key === "Delete" || key === "Backspace") return stop(event, () => act("remove", place));
  if (ctrlKey && key.toLowerCase() === "d") return stop(event, () => act("duplicate", place));
  if (ctrlKey && key.toLowerCase() === "a") stop(event, () => choose([...sheet().querySelectorAll(".place:not(.place-within)")].map((one) => one.dataset.ref)));
}

function stop(event, what) {
  event.preventDefault();
  event.stopPropagation();
  what();
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function nudge(place, key, step, resize) {
  if (!chosen.includes(place.dataset.ref)) choose([place.dataset.ref]);
  const [across, down] = STEPS[key];
  for (const ref of withParts(chosen)) {
    const one = placeOf(ref);
    const box = boxOf(one);
    if (resize && !chosen.includes(ref)) continue;
    if (resize) show(one, within({ ...box, width: Math.max(LEAST, box.width + across * step), height: Math.max(LEAST, box.height + down * step) }));
    else show(one, within({ ...box, x: box.x + across * step, y: box.y + down * step }));
  }
  drawGrips();
  const box = boxOf(place);
  hint(`左から${box.x.toFixed(1)}　上から${box.y.toFixed(1)}　幅${box.width.toFixed(1)}　高さ${box.height.toFixed(1)} mm`);
  clearTimeout(waiting);
  waiting = setTimeout(flush, WAIT);
}

const withParts = (refs) => [...new Set([...refs, ...[...sheet().querySelectorAll("[data-parent]")].filter((one) => refs.includes(one.dataset.parent)).map((one) => one.dataset.ref)])];

function within(box) {
  const page = sheet().viewBox.baseVal;
  return { ...box, x: Math.min(Math.max(0, box.x), page.width - box.width), y: Math.min(Math.max(0, box.y), page.height - box.height) };
}

function toggle(place) {
  const ref = place.dataset.ref;
  choose(chosen.includes(ref) && chosen.length > 1 ? chosen.filter((one) => one !== ref) : [...chosen.filter((one) => one !== ref), ref]);
}

async function enter(place) {
  if (!chosen.includes(place.dataset.ref)) choose([place.dataset.ref]);
  flush();
  await queue;
  await fetchSide();
  (document.querySelector("#side #s-x, #side button") ?? document.getElementById("side")).focus();
}

function act(name, place) {
  if (!chosen.includes(place.dataset.ref)) choose([place.dataset.ref], false);
  flush();
  send(() => ({ act: name }));
}

function undo() {
  flush();
  send(() => ({ act: "undo" }));
}

// ---- facts to be placed

function arm(button) {
  disarm();
  armed = button;
  button.setAttribute("aria-pressed", "true");
  sheet().setAttribute("data-armed", "");
  hint(`「${button.firstChild.textContent}」を置く場所をクリック（Escでやめる）`);
}

function disarm() {
  armed?.removeAttribute("aria-pressed");
  armed = null;
  sheet()?.removeAttribute("data-armed");
  hint("");
}

function hint(text) {
  const place = document.getElementById("placing-hint");
  if (place) place.textContent = text;
}

// By mouse a fact is taken up and then put down; by key (no pointer) its form is sent and it stands below the others.
function onClick(event) {
  const jump = event.target.closest?.("[data-jump]");
  if (jump && desk()?.contains(jump) && jump.dataset.on === desk().dataset.page && placeOf(jump.dataset.jump)) {
    event.preventDefault();
    choose([jump.dataset.jump]);
    const place = placeOf(jump.dataset.jump);
    place.scrollIntoView({ block: "center", inline: "nearest" });
    place.focus({ preventScroll: true });
    return;
  }
  if (event.target.closest?.("[data-clear]")) {
    event.preventDefault();
    choose([]);
    return;
  }
  if (event.target.closest?.("#sheet-of-page .place")) event.preventDefault();
  const button = event.target.closest?.("button[data-fact]");
  if (!button || !desk()) return;
  const text = document.getElementById("s-text");
  if (text && text === lastText) {
    event.preventDefault();
    text.setRangeText(`{${button.dataset.fact}}`, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  if (document.getElementById("replace")?.checked && chosen.length) {
    setTimeout(() => { document.getElementById("replace").checked = false; });
    return;
  }
  if (event.detail === 0) return;
  event.preventDefault();
  arm(button);
}

let lastText = null;
let scrolled = null;

// A seal stands round the point that was clicked, wherever the lines of a cell are.
const sealAt = ({ x, y }) => (armed.value === "seal" ? { x: Math.max(0, x - SEAL / 2), y, width: 0, height: 0 } : null);

function put(box) {
  const fields = { act: "add", [armed.name]: armed.value, kind: document.getElementById("kind").value };
  for (const [name, value] of Object.entries({ x: box.x, y: box.y, w: box.width, h: box.height })) fields[name] = round(value);
  disarm();
  send(() => fields).then(() => placeOf(chosen[0])?.focus({ preventScroll: true }));
}

// ---- the mouse

function onDown(event) {
  if (event.button !== 0 || !sheet()?.contains(event.target)) return;
  event.preventDefault();
  const start = pointOf(event);
  if (armed) {
    drag = { kind: "draw", start, now: start };
  } else {
    const grip = event.target.closest(".grip");
    const place = event.target.closest(".place");
    if (grip) drag = { kind: "size", edge: grip.dataset.edge, start, boxes: remembered(chosen) };
    else if (place && event.shiftKey) return toggle(place);
    else if (place) {
      if (!chosen.includes(place.dataset.ref)) choose([place.dataset.ref]);
      flush();
      place.focus({ preventScroll: true });
      drag = { kind: "move", start, boxes: remembered(withParts(chosen)), lead: place.dataset.ref };
    } else drag = { kind: "catch", start, now: start };
    if (drag.kind !== "catch" && !mayEdit()) drag = null;
  }
  if (drag) sheet().setPointerCapture(event.pointerId);
}

const remembered = (refs) => new Map(refs.map((ref) => [ref, boxOf(placeOf(ref))]));

function onMove(event) {
  if (!drag) return;
  const now = pointOf(event);
  const [dx, dy] = [now.x - drag.start.x, now.y - drag.start.y];
  drag.now = now;
  drag.far ||= Math.hypot(dx, dy) * scale() > 3;
  if (!drag.far) return;
  if (drag.kind === "move") moveAll(dx, dy, event.altKey);
  else if (drag.kind === "size") sizeOne(dx, dy, event.altKey);
  else rubber(spanned(drag.start, now));
}

function moveAll(dx, dy, free) {
  const lead = drag.boxes.get(drag.lead);
  if (!free) [dx, dy] = [snapped("x", lead.x + dx, lead.width) - lead.x, snapped("y", lead.y + dy, lead.height) - lead.y];
  for (const [ref, box] of drag.boxes) show(placeOf(ref), within({ ...box, x: box.x + dx, y: box.y + dy }));
  drawGrips();
}

function sizeOne(dx, dy, free) {
  const [ref, box] = [...drag.boxes][0];
  const { edge } = drag;
  const line = (axis, value) => (free ? value : snapped(axis, value));
  let [left, right, top, bottom] = [box.x, box.x + box.width, box.y, box.y + box.height];
  if (edge.includes("w")) left = Math.min(line("x", left + dx), right - LEAST);
  if (edge.includes("e")) right = Math.max(line("x", right + dx), left + LEAST);
  if (edge.includes("n")) top = Math.min(line("y", top + dy), bottom - LEAST);
  if (edge.includes("s")) bottom = Math.max(line("y", bottom + dy), top + LEAST);
  show(placeOf(ref), { x: left, y: top, width: right - left, height: bottom - top });
  drawGrips();
}

const spanned = (a, b) => ({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });

function rubber(box) {
  let band = sheet().querySelector(".rubber");
  if (!band) {
    band = document.createElementNS(sheet().namespaceURI, "rect");
    band.setAttribute("class", "rubber");
    sheet().append(band);
  }
  for (const [name, value] of Object.entries(box)) band.setAttribute(name, value);
}

function onUp() {
  if (!drag) return;
  const done = drag;
  drag = null;
  sheet()?.querySelector(".rubber")?.remove();
  if (done.kind === "draw") {
    const drawn = done.far ? spanned(done.start, done.now) : sealAt(done.start) ?? cellAt(done.start) ?? { x: done.start.x, y: done.start.y, width: 0, height: 0 };
    put(drawn);
  } else if (done.kind === "catch") {
    choose(done.far ? caught(spanned(done.start, done.now)) : []);
  } else if (done.kind === "move" && !done.far && chosen.length > 1) {
    choose([done.lead]);
  } else if (done.far) {
    const refs = done.kind === "move" ? [...done.boxes.keys()].filter((ref) => chosen.includes(ref)) : [...done.boxes.keys()];
    const boxes = refs.map((ref) => rowOf(placeOf(ref)));
    send(() => ({ act: "box", boxes: JSON.stringify(boxes) }));
  }
}

const caught = (band) => [...sheet().querySelectorAll(".place:not(.place-within)")].filter((place) => {
  const box = boxOf(place);
  return box.x < band.x + band.width && box.x + box.width > band.x && box.y < band.y + band.height && box.y + box.height > band.y;
}).map((place) => place.dataset.ref);

function arrive() {
  if (!desk()) return forget();
  chosen = desk().dataset.chosen.split(" ").filter((ref) => ref && placeOf(ref));
  mark();
  if (armed?.isConnected) sheet().setAttribute("data-armed", "");
  learn(sheet());
}

// A form of the side panel brings the whole desk anew: it stays where it was scrolled to.
function beforeSwap() {
  const [scroll, side] = ["placing-scroll", "side"].map((id) => document.getElementById(id));
  scrolled = scroll && [scroll.scrollLeft, scroll.scrollTop, side?.scrollTop ?? 0];
}

function afterSwap(event) {
  if (event.target.id !== "placing" && !event.target.contains?.(desk())) return;
  arrive();
  const scroll = document.getElementById("placing-scroll");
  if (scrolled && scroll) [scroll.scrollLeft, scroll.scrollTop, document.getElementById("side").scrollTop] = scrolled;
}

arrive();
document.addEventListener("htmx:beforeSwap", beforeSwap);
document.addEventListener("htmx:afterSettle", afterSwap);
document.addEventListener("keydown", onKey, true);
document.addEventListener("click", onClick, true);
document.addEventListener("pointerdown", onDown);
document.addEventListener("pointermove", onMove);
document.addEventListener("pointerup", onUp);
document.addEventListener("focusin", (event) => {
  if (event.target.id === "s-text") lastText = event.target;
  else if (!event.target.matches?.("button[data-fact], #q")) lastText = null;
  const place = event.target.closest?.("#sheet-of-page .place");
  if (place && !drag && !chosen.includes(place.dataset.ref) && place.matches(":focus-visible")) choose([place.dataset.ref]);
});
// Forms of the side panel are sent with what was moved by key before them.
document.addEventListener("htmx:configRequest", () => { if (waiting) flush(); });
