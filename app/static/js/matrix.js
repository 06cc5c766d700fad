// The table of qualifications: Tab goes from member to member, arrows from cell to cell, Enter opens the cell.
const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")];
const rowsOf = (table) => [...table.tBodies[0].rows].filter((row) => cellsOf(row).length);

export function arriveMatrix(root) {
  for (const table of root.querySelectorAll("[data-matrix]")) {
    for (const row of rowsOf(table)) cellsOf(row).forEach((cell, at) => { cell.tabIndex = at ? -1 : 0; });
  }
}

const columnOf = (cell) => cell.closest("td").cellIndex;

function nearest(row, column) {
  return cellsOf(row).reduce((best, cell) => (Math.abs(columnOf(cell) - column) < Math.abs(columnOf(best) - column) ? cell : best));
}

function target(cell, key) {
  const row = cell.closest("tr");
  const cells = cellsOf(row);
  const rows = rowsOf(cell.closest("table"));
  const at = cells.indexOf(cell);
  const up = rows[rows.indexOf(row) - 1];
  const down = rows[rows.indexOf(row) + 1];
  return {
    ArrowLeft: cells[at - 1], ArrowRight: cells[at + 1], Home: cells[0], End: cells.at(-1),
    ArrowUp: up && nearest(up, columnOf(cell)), ArrowDown: down && nearest(down, columnOf(cell)),
  }[key];
}

export function startMatrix() {
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("[data-matrix] [data-cell]");
    if (!cell || event.defaultPrevented || event.altKey || event.ctrlKey || event.shiftKey) return;
    const next = target(cell, event.key);
    if (!next) return;
    event.preventDefault();
    for (const other of cellsOf(next.closest("tr"))) other.tabIndex = other === next ? 0 : -1;
    next.focus();
  });
}
