// The ruled lines of a page, read from its picture: boxes snap to them, and a click into a ruled cell fills the cell.
const LONGEST_GAP = 3; // dots
const LEAST_MM = 5;
const NEAR_MM = 0.7;
const PADDING = 1.4;
const DARK = 150;

let known = null; // {lines: {x: […], y: […]}, of: address}

export function forget() {
  known = null;
}

export function learn(svg) {
  const picture = svg?.querySelector("#picture");
  const address = picture?.getAttribute("href");
  if (address && known?.of === address) svg.dataset.lines = address;
  if (!address || known?.of === address) return;
  const image = new Image();
  image.addEventListener("load", () => {
    const page = svg.viewBox.baseVal;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const drawing = canvas.getContext("2d", { willReadFrequently: true });
    drawing.drawImage(image, 0, 0);
    const dots = drawing.getImageData(0, 0, canvas.width, canvas.height);
    svg.dataset.lines = address;
    known = { of: address, x: runs(dots, false, canvas.width / page.width), y: runs(dots, true, canvas.height / page.height) };
  });
  image.src = address;
}

// Straight dark runs at least LEAST_MM long: {at, from, to} in mm; neighbouring rows of dots are one line.
function runs({ data, width, height }, level, perMm) {
  const [outer, inner] = level ? [height, width] : [width, height];
  const dark = (o, i) => {
    const at = 4 * (level ? o * width + i : i * width + o);
    return data[at] + data[at + 1] + data[at + 2] < 3 * DARK;
  };
  const found = [];
  const least = LEAST_MM * perMm;
  for (let o = 0; o < outer; o += 1) {
    let start = -1;
    let gap = 0;
    for (let i = 0; i <= inner; i += 1) {
      const is = i < inner && dark(o, i);
      if (is) {
        if (start < 0) start = i;
        gap = 0;
      } else if (start >= 0 && (++gap > LONGEST_GAP || i === inner)) {
        const end = i - gap + 1;
        if (end - start >= least) add(found, o, start, end);
        start = -1;
        gap = 0;
      }
    }
  }
  return found.map((one) => ({ at: (one.sum / one.count + 0.5) / perMm, from: one.from / perMm, to: one.to / perMm }));
}

function add(found, o, from, to) {
  for (let at = found.length - 1; at >= 0 && found[at].last >= o - 60; at -= 1) {
    const one = found[at];
    if (one.last >= o - 1 && one.from < to && from < one.to && one.count < 8) {
      Object.assign(one, { last: o, from: Math.min(one.from, from), to: Math.max(one.to, to), sum: one.sum + o, count: one.count + 1 });
      return;
    }
  }
  found.push({ last: o, from, to, sum: o, count: 1 });
}

// The nearest line for an edge; with a size also for the other edge of the box, whichever is nearer.
export function snapped(axis, value, size = 0) {
  if (!known) return value;
  let best = NEAR_MM;
  let result = value;
  for (const line of known[axis]) {
    for (const edge of size ? [0, size] : [0]) {
      const away = line.at - (value + edge);
      if (Math.abs(away) < best) [best, result] = [Math.abs(away), value + away];
    }
  }
  return result;
}

// The ruled cell around a point, a little smaller than its lines; null where there is none or it is as large as the page.
export function cellAt({ x, y }) {
  if (!known) return null;
  const sides = (axis, here, along) => {
    let [low, high] = [null, null];
    for (const line of known[axis]) {
      if (along < line.from - 0.5 || along > line.to + 0.5) continue;
      if (line.at <= here && (low === null || line.at > low)) low = line.at;
      if (line.at > here && (high === null || line.at < high)) high = line.at;
    }
    return [low, high];
  };
  const [left, right] = sides("x", x, y);
  const [top, bottom] = sides("y", y, x);
  if ([left, right, top, bottom].includes(null) || bottom - top > 40 || right - left < 3 || bottom - top < 3) return null;
  return { x: left + PADDING, y: top + 0.4, width: right - left - 2 * PADDING, height: bottom - top - 0.8 };
}
