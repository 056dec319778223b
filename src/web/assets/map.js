// A hand draws around marks of the map; the page then lists them. The report's own script draws the map.
"use strict";
(() => {
  const dots = document.getElementById("dots");
  const button = document.getElementById("lasso");
  if (!dots || !button) return;
  const { addresses } = JSON.parse(document.getElementById("pictures").textContent);
  const selected = JSON.parse(document.getElementById("selected")?.textContent ?? "null");

  // The report's script leads to an entry of its page; here each has a page of its own.
  addEventListener("hashchange", () => {
    const number = /^#r(\d+)$/.exec(location.hash)?.[1];
    if (number) location.replace(addresses[number - 1]);
  });
  if (selected) document.dispatchEvent(new CustomEvent("found", { detail: new Set(selected.found) }));

  const SVG = "http://www.w3.org/2000/svg";
  const sheet = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "polygon");
  sheet.setAttribute("class", "lasso");
  sheet.setAttribute("aria-hidden", "true");
  sheet.append(line);
  dots.parentElement.append(sheet);
  // The address holds so many corners; a hand makes more.
  const MOST = 120;
  let corners = null;
  const chart = () => echarts.getInstanceByDom(dots);

  function draw(is) {
    button.setAttribute("aria-pressed", String(is));
    sheet.classList.toggle("on", is);
    if (is) dots.scrollIntoView({ block: "nearest" });
  }
  button.addEventListener("click", () => draw(button.getAttribute("aria-pressed") !== "true"));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") draw(false); });

  const at = (event) => {
    const box = sheet.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const show = () => line.setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    corners = [at(event)];
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!corners) return;
    corners.push(at(event));
    show();
  });
  sheet.addEventListener("pointerup", () => {
    const drawn = corners;
    corners = null;
    if (!drawn || drawn.length < 3 || !chart()) return;
    const step = Math.max(1, Math.ceil(drawn.length / MOST));
    const area = drawn.filter((_, number) => number % step === 0)
      .map((corner) => chart().convertFromPixel({ xAxisIndex: 0, yAxisIndex: 0 }, corner).map(Math.round));
    location.href = `/map?area=${encodeURIComponent(area.map((corner) => corner.join(",")).join(";"))}#selected-h`;
  });

  // What was drawn stays in sight as long as the map stands where it stood.
  if (selected) {
    const outline = () => {
      if (!chart()) return requestAnimationFrame(outline);
      const pixels = selected.area.split(";").map((corner) => corner.split(",").map(Number))
        .map((corner) => chart().convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, corner));
      line.setAttribute("points", pixels.map((corner) => corner.join(",")).join(" "));
      chart().on("datazoom", () => line.removeAttribute("points"));
    };
    outline();
    new ResizeObserver(() => chart() && outline()).observe(dots);
  }
})();
