// The timeline zooms: by dragging over a period, by ctrl and the wheel, and by the keys + - and arrows.
"use strict";

{
  const DAY = 86_400_000;
  const KEYS = { "+": "Zoom in", "=": "Zoom in", "-": "Zoom out", ArrowLeft: "Earlier", ArrowRight: "Later", 0: "Whole" };
  let begun = null;

  const day = (number) => new Date(Math.round(number / DAY) * DAY).toISOString().slice(0, 10);

  /** The days that a figure shows, as numbers. */
  const windowOf = (figure) => [Date.parse(figure.dataset.first), Date.parse(figure.dataset.last) + DAY];

  const follow = (figure, name) => {
    const link = document.querySelector(`[data-view="${name}"]`);
    if (link) live.show(link.getAttribute("href"), { focus: "[data-timeline]" });
  };

  const show = (figure, first, last) => {
    const address = new URL(location.href);
    address.searchParams.set("from", day(first));
    address.searchParams.set("to", day(Math.max(last, first)));
    live.show(address.pathname + address.search, { focus: "[data-timeline]" });
  };

  /** Which share of the width of the tracks a place on the screen is at. */
  const share = (figure, x) => {
    const box = figure.querySelector(".tl-axis svg").getBoundingClientRect();
    return Math.min(Math.max((x - box.left) / box.width, 0), 1);
  };

  const drawBrush = (figure, from, to) => {
    const brush = figure.querySelector(".tl-brush") ?? figure.appendChild(document.createElement("div"));
    brush.className = "tl-brush";
    const left = figure.getBoundingClientRect().left;
    brush.style.left = `${Math.min(from, to) - left}px`;
    brush.style.width = `${Math.abs(to - from)}px`;
  };

  document.addEventListener("keydown", (event) => {
    const figure = event.target.closest?.("[data-timeline]");
    if (!figure || event.target !== figure || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    follow(figure, KEYS[event.key]);
  });

  document.addEventListener("pointerdown", (event) => {
    const figure = event.target.closest?.("[data-timeline]");
    if (!figure || event.button || event.pointerType === "touch" || !event.target.closest(".tl-track, .tl-axis")) return;
    begun = { figure, x: event.clientX };
    event.preventDefault();
  });

  document.addEventListener("pointermove", (event) => {
    if (begun) drawBrush(begun.figure, begun.x, event.clientX);
  });

  document.addEventListener("pointerup", (event) => {
    if (!begun) return;
    const { figure, x } = begun;
    begun = null;
    figure.querySelector(".tl-brush")?.remove();
    if (Math.abs(event.clientX - x) < 6) return;
    const [first, last] = windowOf(figure);
    const shares = [x, event.clientX].map((each) => share(figure, each)).sort((one, other) => one - other);
    const [from, to] = shares.map((each) => first + each * (last - first));
    show(figure, from, to);
  });

  document.addEventListener(
    "wheel",
    (event) => {
      const figure = event.target.closest?.("[data-timeline]");
      if (!figure || !event.ctrlKey) return;
      event.preventDefault();
      if (document.getElementById("live").getAttribute("aria-busy")) return;
      const [first, last] = windowOf(figure);
      const middle = first + share(figure, event.clientX) * (last - first);
      const factor = event.deltaY < 0 ? 0.6 : 1 / 0.6;
      show(figure, middle - (middle - first) * factor, middle + (last - middle) * factor - DAY);
    },
    { passive: false },
  );
}
