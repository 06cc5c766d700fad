// The signature of the customer screen: what finger, pen or mouse draw in the frame, kept as strokes of whole numbers.
// The frame is measured in its own units whatever its size on the screen. Nothing is sent before 「これでよい」.

const NEAR = 3; // points nearer than this to the one before say nothing new
const LEAST = 60; // a touch by mistake; the server asks for as much

let strokes = [];
let pen = null; // the pointer that is writing
let area = null; // the frame that the strokes belong to: a new screen begins anew

const signing = () => document.querySelector("[data-signing]");
const points = () => strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);

function ink() {
  let sum = 0;
  for (const stroke of strokes) for (let at = 2; at < stroke.length; at += 2) sum += Math.hypot(stroke[at] - stroke[at - 2], stroke[at + 1] - stroke[at - 1]);
  return sum;
}

function place(event) {
  const box = area.getBoundingClientRect();
  const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  return [within(((event.clientX - box.left) * area.width) / box.width, area.width), within(((event.clientY - box.top) * area.height) / box.height, area.height)];
}

function draw() {
  const paint = area.getContext("2d");
  paint.clearRect(0, 0, area.width, area.height);
  Object.assign(paint, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(area).color });
  for (const stroke of strokes) {
    paint.beginPath();
    paint.moveTo(stroke[0], stroke[1]);
    for (let at = 0; at < stroke.length; at += 2) paint.lineTo(stroke[at], stroke[at + 1]);
    paint.stroke();
  }
}

function show() {
  draw();
  const form = signing();
  form.querySelector("[data-clear]").disabled = strokes.length === 0;
  form.querySelector("[data-done]").disabled = ink() < LEAST;
}

function follow(event) {
  const stroke = strokes.at(-1);
  for (const one of event.getCoalescedEvents?.() ?? [event]) {
    const [x, y] = place(one);
    if (Math.hypot(x - stroke.at(-2), y - stroke.at(-1)) >= NEAR && points() < Number(signing().dataset.most)) stroke.push(x, y);
  }
  show();
}

document.addEventListener("pointerdown", (event) => {
  const canvas = event.target.closest?.(".sign-area");
  if (!canvas || pen !== null || event.button !== 0) return;
  if (canvas !== area) [area, strokes] = [canvas, []];
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  pen = event.pointerId;
  strokes.push(place(event));
  show();
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId === pen && area?.isConnected) follow(event);
});

for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, (event) => {
    if (event.pointerId === pen) pen = null;
  });

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-clear]")) return;
  strokes = [];
  show();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-signing]")) event.target.elements.strokes.value = JSON.stringify(strokes);
});
