// A pointer that rests on a reference, or the key that comes to it, sees what it leads to.

const REFERENCES = ".bd-content a.reference.internal, .bd-content a.term";
const WAIT = 250; // ms before a preview comes, and within which a pointer may move into it

const pages = new Map();
let wanted = null; // the link that is pointed to, or has the focus
let shown = null; // {link, box}
let timer = 0;

/** The document that a link leads to; null where it cannot be had, as over file://. */
async function documentOf(link) {
  const address = link.href.split("#")[0];
  if (address === location.href.split("#")[0]) return document;
  if (!pages.has(address)) {
    const page = fetch(address).then((answer) => (answer.ok ? answer.text() : Promise.reject()));
    pages.set(
      address,
      page.then(
        (text) => new DOMParser().parseFromString(text, "text/html"),
        () => null, // the link itself still works
      ),
    );
  }
  return pages.get(address);
}

/** A picture of what a figure shows, without the ids of its parts; null if it shows none. */
function pictured(figure, address) {
  const found = figure.querySelector("img, svg[role=img]");
  if (!found) return null;
  const picture = new Image();
  picture.alt = "";
  picture.className = found.matches("img") ? found.className : "dark-light"; // see custom.css
  if (found.matches("img")) {
    picture.src = new URL(found.getAttribute("src"), address);
  } else {
    const drawing = found.cloneNode(true);
    drawing.style.color = getComputedStyle(document.body).color;
    const text = new XMLSerializer().serializeToString(drawing);
    picture.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
  }
  return picture;
}

/** What a reference leads to: a meaning, picture and caption, or a section's first paragraph. */
function told(page, link) {
  if (link.dataset.told) return [link.dataset.told];
  const text = (node) => node?.textContent.replace(/\s+/g, " ").trim().replace(/#$/, "").trim();
  const found = page.getElementById(decodeURIComponent(link.hash.slice(1)));
  const figure = found?.closest("figure") ?? found?.querySelector("figure");
  if (figure) return [pictured(figure, link.href), text(figure.querySelector("figcaption"))];
  if (found?.matches("table")) return [text(found.caption)];
  const section = found?.matches("section") ? found : page.querySelector(".bd-article section");
  const heading = document.createElement("strong");
  heading.textContent = text(section?.querySelector("h1, h2, h3"));
  return [heading, text(section?.querySelector(":scope > p"))];
}

function hide() {
  clearTimeout(timer);
  shown?.link.removeAttribute("aria-describedby");
  shown?.box.remove();
  shown = null;
}

function place({ link, box }) {
  const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const left = Math.max(8, Math.min(at.left, width - box.offsetWidth - 8));
  const below = at.bottom + 6 + box.offsetHeight < height || at.top < height / 2;
  box.style.left = `${left}px`;
  box.style.top = `${below ? at.bottom + 6 : at.top - 6 - box.offsetHeight}px`;
}

async function show(link) {
  const page = link.dataset.told ? document : await documentOf(link);
  const parts = page ? told(page, link).filter(Boolean) : [];
  if (!parts.length || wanted !== link) return;
  hide();
  const box = document.createElement("div");
  box.id = "jpegnet-preview";
  box.setAttribute("role", "tooltip");
  box.append(...parts);
  (document.querySelector("main") ?? document.body).append(box); // within a landmark
  link.setAttribute("aria-describedby", box.id);
  shown = { link, box };
  place(shown);
  for (const picture of box.querySelectorAll("img")) {
    picture.addEventListener("load", () => shown?.box === box && place(shown));
  }
}

function enter(event) {
  const link = event.target.closest?.(REFERENCES);
  if (!link && !shown?.box.contains(event.target)) return leave();
  clearTimeout(timer);
  wanted = link;
  if (link && shown?.link !== link) timer = setTimeout(show, WAIT, link);
}

function leave() {
  clearTimeout(timer);
  wanted = null;
  if (shown) timer = setTimeout(hide, WAIT);
}

// Without a script, a title tells what terms and citations mean; two at once would be one too many.
for (const link of document.querySelectorAll(REFERENCES)) {
  if (link.title) link.dataset.told = link.title;
  link.removeAttribute("title");
}
document.addEventListener("pointerover", (event) => event.pointerType === "touch" || enter(event));
document.addEventListener(
  "focusin",
  (event) => event.target.matches(":focus-visible") && enter(event),
);
document.addEventListener("focusout", leave);
document.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
