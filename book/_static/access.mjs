// Paper is white: a page is printed in the light theme, and is as it was afterwards.

const root = document.documentElement;

function onPaper(printed) {
  if (printed && root.dataset.theme === "dark") {
    root.dataset.theme = "light";
    root.dataset.beforePrint = "dark";
  } else if (!printed && root.dataset.beforePrint) {
    root.dataset.theme = root.dataset.beforePrint;
    delete root.dataset.beforePrint;
  }
}

const print = matchMedia("print");
onPaper(print.matches);
print.addEventListener("change", () => onPaper(print.matches));
