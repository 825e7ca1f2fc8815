// A chart and the table of its points: pointing at one tells the other; columns sort; rows filter.

const number = (text) => Number(text.replaceAll(",", "").replace("−", "-"));

for (const [index, box] of document.querySelectorAll(".explorer").entries()) {
  const svg = box.querySelector("svg");
  const table = box.querySelector("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const points = new Map();
  for (const mark of svg.querySelectorAll("[id*='-point-']")) {
    points.set(rows[Number(mark.id.split("-point-")[1])], mark);
  }

  const told = document.createElement("p");
  told.className = "explorer-told";
  told.setAttribute("aria-live", "polite");
  const reader = box.querySelector(".jpegnet-reader");
  const reads = reader ? " A click or Enter lets its network read below." : "";
  told.textContent = `Point to a mark, or touch it: its row is told here.${reads}`;
  svg.after(told);

  const pictures = [...box.querySelectorAll(".explorer-pictures li")].map((li) => li.dataset.src);
  const frame = document.createElement("p");
  const picture = document.createElement("img");
  if (pictures.length) {
    frame.className = "explorer-picture";
    picture.className = "dark-light";
    picture.alt = "no matrix is pointed at yet";
    picture.hidden = true;
    frame.append(picture);
    told.after(frame);
  }

  const words = (row) =>
    [...row.cells].map((cell, i) => `${titles[i]} ${cell.textContent.trim()}`).join(", ");
  const show = (row) => {
    told.textContent = words(row);
    const source = pictures[rows.indexOf(row)];
    picture.hidden = !source;
    if (source) {
      picture.src = source;
      picture.alt = `The weights as a grey picture: ${[...row.cells].slice(0, 2).map((c) => c.textContent.trim()).join(", ")}`;
    }
    for (const other of rows) {
      other.classList.toggle("pointed", other === row);
      points.get(other)?.classList.toggle("pointed", other === row);
    }
  };
  const choose = (row) => // for what stands below the chart
    reader && box.dispatchEvent(new CustomEvent("chosen", { detail: { row: rows.indexOf(row), words: words(row) } }));
  for (const [row, mark] of points) {
    mark.setAttribute("tabindex", "0");
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", words(row));
    for (const event of ["pointerenter", "focus", "click"]) {
      mark.addEventListener(event, () => show(row));
    }
    row.addEventListener("pointerenter", () => show(row));
    row.addEventListener("click", () => choose(row));
    mark.addEventListener("keydown", (event) => {
      if (!reader || (event.key !== "Enter" && event.key !== " ")) return;
      choose(row);
      event.preventDefault();
    });
  }

  // A touch beside a mark is meant for the nearest one.
  svg.addEventListener("click", (event) => {
    const away = ([, mark]) => {
      const at = mark.getBoundingClientRect();
      return Math.hypot(
        event.clientX - at.x - at.width / 2, event.clientY - at.y - at.height / 2);
    };
    const open = [...points].filter(([row]) => !row.hidden);
    const nearest = open.sort((a, b) => away(a) - away(b))[0];
    if (!nearest || away(nearest) >= 24) return;
    show(nearest[0]);
    choose(nearest[0]);
  });

  for (const [column, cell] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    cell.replaceChildren(button);
    button.addEventListener("click", () => {
      const falling = cell.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const key = (row) => row.cells[column].textContent.trim();
      const order = (a, b) => {
        const difference = number(key(a)) - number(key(b));
        return Number.isNaN(difference) ? key(a).localeCompare(key(b)) : difference;
      };
      body.append(...[...rows].sort((a, b) => (falling ? order(b, a) : order(a, b))));
    });
  }

  const filter = document.createElement("input");
  const label = document.createElement("label");
  filter.type = "search";
  filter.id = `filter-${index}`;
  label.htmlFor = filter.id;
  label.textContent = "Rows with ";
  label.className = "explorer-filter";
  label.append(filter);
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = words(row).toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
      points.get(row)?.toggleAttribute("hidden", row.hidden);
    }
  });
  table.closest(".table-scroll").before(label);
}
