"use strict";
// Draws the pictures from the data in the page, whose words are those of the report. What a picture
// shows stands elsewhere as a table or a list, for those who do not see it.
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("pictures").textContent);
  const root = document.documentElement;
  const narrow = matchMedia("(max-width: 40rem)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const points = matchMedia("(hover: hover)");
  const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  // Dark enough, or light enough, for their ground, and apart for colour-blind eyes; the shapes
  // tell apart what colours do not.
  const HUES = {
    light: ["#0072b2", "#c24e00", "#007a59", "#9c2f76", "#7a5c00", "#2b8fc2", "#c04d8d", "#454f59"],
    dark: ["#5cb8ee", "#f2913f", "#3dcca0", "#e58abb", "#e8cf5a", "#a9dcf7", "#f7b3d0", "#cfd6dc"],
  };
  const SHAPES = ["circle", "diamond", "triangle", "rect", "roundRect"];
  const hues = () => (dark.matches && !root.classList.contains("paper") ? HUES.dark : HUES.light);

  // Element by element: a text from a document never becomes markup.
  function element(tag, text, name) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }
  const shorten = (text) => (text.length > 320 ? `${text.slice(0, text.lastIndexOf(" ", 320))}…` : text);

  // What stands in the page for recommendation `number`, or in the data of a page that lists none.
  function quoted(number) {
    const entry = $(`r${number}`);
    const box = element("div");
    const told = entry ? [...entry.querySelectorAll("p")].map((part) => part.textContent) : data.quotes?.[number - 1];
    if (!told) return box;
    const [text, source] = told;
    box.append(element("p", shorten(text)), element("p", source, "source"));
    return box;
  }
  // A finger cannot point without choosing: it gets a link to choose.
  function tip(target, ...parts) {
    const box = element("div", "", "tip");
    box.append(...parts);
    if (!points.matches) {
      const link = element("a", data.go);
      link.href = target;
      box.append(link);
    }
    return box;
  }
  const go = (target) => {
    if (location.hash === target) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = target;
  };
  const base = (formatter) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: {
      confine: true,
      enterable: !points.matches,
      formatter,
      backgroundColor: css("--paper"),
      borderColor: css("--soft"),
      textStyle: { color: css("--ink"), fontSize: 14 },
      extraCssText: "max-width: min(26rem, 85vw); white-space: normal;",
    },
  });

  // Who takes part in what. The table beside it is the same; on a narrow screen it serves better.
  const heat = {
    id: "heat",
    draws: () => data.matrix.rows.length > 0,
    height: () => 190 + 22 * data.matrix.rows.length,
    option() {
      const { agencies, rows } = data.matrix;
      const label = (row) => `${row.number} ${row.label}`;
      const cells = rows.flatMap((row, y) =>
        row.cells.flatMap(({ count }, x) => (count > 0 ? [[x, y, count]] : [])));
      const names = { color: css("--ink"), fontSize: 12, interval: 0 };
      const line = { lineStyle: { color: css("--line") } };
      const shades = [1, 2, 3, 4].map((n) => css(`--n${n}`));
      return {
        ...base(({ value: [x, y] }) => tip(
          `#t${rows[y].number}`,
          element("b", rows[y].cells[x].title),
          element("p", label(rows[y]), "source"),
          quoted(rows[y].cells[x].first),
        )),
        grid: { left: 300, right: 10, top: 180, bottom: 10 },
        xAxis: {
          type: "category", data: agencies, position: "top", axisTick: { show: false }, axisLine: line,
          axisLabel: { ...names, rotate: -90, width: 165, overflow: "truncate" },
          splitLine: { show: true, ...line },
        },
        yAxis: {
          type: "category", data: rows.map(label), inverse: true, triggerEvent: true,
          axisTick: { show: false }, axisLine: line,
          axisLabel: { ...names, width: 285, overflow: "truncate" },
          splitLine: { show: true, ...line },
        },
        visualMap: {
          type: "piecewise", show: false, dimension: 2,
          pieces: shades.map((color, at) => (at < 3 ? { value: at + 1, color } : { gte: 4, color })),
        },
        series: {
          type: "heatmap", data: cells, cursor: points.matches ? "pointer" : "default",
          itemStyle: { borderColor: css("--paper"), borderWidth: 1 },
          label: { show: true, fontSize: 12, formatter: ({ value }) => value[2] },
          emphasis: { itemStyle: { borderColor: css("--tick"), borderWidth: 2 } },
        },
      };
    },
    // The figure in a cell stands out from its shade.
    finish(option) {
      const [light, deep] = [css("--on-light"), css("--on-dark")];
      option.series.data = option.series.data.map((value) => ({
        value, label: { color: value[2] > 2 ? deep : light },
      }));
    },
    target({ componentType, value }) {
      const row = componentType === "yAxis" ? parseInt(value, 10) : data.matrix.rows[value[1]].number;
      return `#t${row}`;
    },
  };

  // From the least to the largest of some numbers, with a margin.
  function span(numbers) {
    const [least, largest] = numbers.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [4000, 0]);
    const margin = 20 + 0.03 * (largest - least);
    return [least - margin, largest + margin];
  }

  // Places for names: each beside its mark or, where others stand there already, further off with a line to
  // it. The names of the largest themes come first and have the first choice; the least may find no place.
  function placed(width, height) {
    const steps = [0, 18, 32, 48, 66, 86, 108];
    const around = [[0, 0], [0, -1], [0, 1], [-1, 0], [1, 0], [-1, -1], [1, -1], [-1, 1], [1, 1]];
    let taken = [];
    return ({ dataIndex, labelRect, rect }) => {
      if (dataIndex === 0) taken = [];
      const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
      const [w, h] = [labelRect.width, labelRect.height];
      for (const step of steps) {
        for (const [right, down] of step ? around.slice(1) : around.slice(0, 1)) {
          // A name runs inwards at an edge.
          const cx = Math.min(Math.max(x + right * (step + w / 2), w / 2 + 2), width() - w / 2 - 2);
          const cy = Math.min(Math.max(y + down * step, h / 2 + 2), height() - h / 2 - 2);
          const free = taken.every((t) =>
            Math.abs(t.cx - cx) >= (t.w + w) / 2 + 3 || Math.abs(t.cy - cy) >= (t.h + h) / 2 + 1);
          if (!free) continue;
          taken.push({ cx, cy, w, h });
          const end = [Math.min(Math.max(x, cx - w / 2), cx + w / 2), cy + Math.sign(y - cy) * (h / 2)];
          const line = step > 0 ? [[x, y], end, end] : [[x, y], [x, y], [x, y]];
          return { x: cx, y: cy, align: "center", verticalAlign: "middle", labelLinePoints: line };
        }
      }
      return { x: -9999, y: -9999 };
    };
  }

  // Like beside like.
  let found = null;
  const dots = {
    id: "dots",
    draws: () => data.map.dots.length > 0,
    height: () => (narrow.matches ? 440 : 680),
    option() {
      const size = data.map.dots.length <= 500 ? 11 : data.map.dots.length <= 2000 ? 8 : 5;
      const colors = hues();
      const ink = css("--ink");
      const sizes = data.map.themes.map((_, at) => data.map.dots.filter((dot) => dot[2] === at + 1).length);
      const named = data.map.themes.map((theme, at) => ({ ...theme, n: sizes[at] }))
        .sort((a, b) => b.n - a.n).slice(0, narrow.matches ? 8 : 40);
      const box = $("dots");
      // The picture fills its frame: how far apart things are is all that counts.
      const [left, right] = span(data.map.dots.map((dot) => dot[0]));
      const [top, bottom] = span(data.map.dots.map((dot) => dot[1]));
      const mark = ([x, y, home], row) => {
        const theme = data.map.themes[home - 1];
        const hit = found?.has(row + 1);
        return {
          value: [x, y, row + 1],
          symbol: theme ? SHAPES[theme.shape] : "circle",
          symbolSize: (theme ? size : 0.6 * size) * (hit ? 1.5 : 1),
          itemStyle: {
            color: theme ? colors[theme.hue] : css("--soft"),
            opacity: found && !hit ? 0.1 : theme ? 0.9 : 0.6,
            borderColor: hit ? ink : css("--paper"),
            borderWidth: hit ? 1.5 : 0.5,
          },
        };
      };
      return {
        ...base(({ value: [, , number] }) => {
          const theme = data.map.themes[data.map.dots[number - 1][2] - 1];
          const home = element("p", theme?.title ?? data.map.no_theme, "source");
          return tip(`#r${number}`, quoted(number), home);
        }),
        grid: { left: 0, right: 0, top: 0, bottom: 0 },
        xAxis: { type: "value", min: left, max: right, show: false },
        yAxis: { type: "value", min: top, max: bottom, inverse: true, show: false },
        dataZoom: [
          // A wheel scrolls the page; with the control key it zooms, as it does elsewhere.
          { type: "inside", xAxisIndex: 0, zoomOnMouseWheel: "ctrl", disabled: !points.matches, filterMode: "none", ...dots.window?.[0] },
          { type: "inside", yAxisIndex: 0, zoomOnMouseWheel: "ctrl", disabled: !points.matches, filterMode: "none", ...dots.window?.[1] },
        ],
        series: [
          { type: "scatter", data: data.map.dots.map(mark), emphasis: { scale: 1.6, itemStyle: { borderColor: ink, borderWidth: 1.5, opacity: 1 } } },
          {
            type: "scatter", silent: true, tooltip: { show: false }, symbolSize: 0.1, z: 5,
            data: named.map((theme) => ({ name: theme.label, value: [theme.x, theme.y] })),
            label: {
              show: true, formatter: "{b}", color: ink, fontSize: narrow.matches ? 11 : 13, fontWeight: 600,
              width: 210, overflow: "truncate", textBorderColor: css("--paper"), textBorderWidth: 3, opacity: 0.9,
            },
            labelLine: { show: true, lineStyle: { color: ink, width: 1, opacity: 0.55 } },
            labelLayout: placed(() => box.clientWidth, () => box.clientHeight),
          },
        ],
      };
    },
    target: ({ value }) => `#r${value[2]}`,
  };

  // Who is like whom.
  const network = {
    id: "network",
    draws: () => data.network.agencies.length > 1,
    height: () => (narrow.matches ? 420 : 560),
    option() {
      const most = Math.max(...data.network.agencies.map((agency) => agency.n));
      const [left, right] = span(data.network.agencies.map((agency) => agency.x));
      const [top, bottom] = span(data.network.agencies.map((agency) => agency.y));
      return {
        ...base(({ dataType, data: of }) => (dataType === "edge"
          ? tip(`#a${of.a}`, element("b", of.title), element("p", of.text))
          : tip(`#a${of.number}`, element("b", of.name), element("p", of.title)))),
        // Room for the names to the right of the circles.
        grid: { left: 10, right: narrow.matches ? 110 : 150, top: 10, bottom: 10 },
        xAxis: { type: "value", min: left, max: right, show: false },
        yAxis: { type: "value", min: top, max: bottom, inverse: true, show: false },
        series: {
          type: "graph", coordinateSystem: "cartesian2d",
          cursor: points.matches ? "pointer" : "default",
          data: data.network.agencies.map((agency, at) => ({
            name: agency.name, title: agency.title, value: [agency.x, agency.y], number: at + 1,
            symbolSize: (narrow.matches ? 0.6 : 1) * (9 + 27 * Math.sqrt(agency.n / most)),
          })),
          links: data.network.ties.map((tie) => ({
            source: tie.a - 1, target: tie.b - 1, ...tie,
            lineStyle: { width: 0.5 + 5 * tie.likeness * tie.likeness },
          })),
          itemStyle: { color: css("--accent"), borderColor: css("--paper"), borderWidth: 1 },
          lineStyle: { color: css("--soft"), opacity: 0.45 },
          label: {
            show: true, position: "right", color: css("--ink"), fontSize: narrow.matches ? 11 : 13,
            width: 150, overflow: "truncate", textBorderColor: css("--paper"), textBorderWidth: 3,
          },
          labelLayout: { hideOverlap: true },
          emphasis: { focus: "adjacency", lineStyle: { color: css("--tick"), opacity: 0.9 } },
        },
      };
    },
    target: ({ dataType, data: of }) => `#a${dataType === "edge" ? of.a : of.number}`,
  };

  const pictures = [heat, dots, network].filter((picture) => $(picture.id) && picture.draws());
  function draw(picture) {
    const box = $(picture.id);
    box.style.height = `${picture.height()}px`;
    picture.chart ??= begun(picture, box);
    const option = picture.option();
    picture.finish?.(option);
    picture.chart.setOption(option, true);
  }
  function begun(picture, box) {
    const chart = echarts.init(box);
    if (points.matches) {
      chart.on("click", (event) => go(picture.target(event)));
    }
    new ResizeObserver(() => chart.resize()).observe(box);
    return chart;
  }
  const redraw = () => pictures.filter((picture) => picture.chart).forEach(draw);

  // A picture is drawn when the reader comes near it.
  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      const picture = isIntersecting && pictures.find(({ id }) => id === target.id);
      if (picture && !picture.chart) draw(picture);
    }
  }, { rootMargin: "600px" });
  for (const picture of pictures) {
    const box = $(picture.id);
    box.style.height = `${picture.height()}px`;
    box.hidden = false;
    near.observe(box);
    for (const part of box.closest("section").querySelectorAll(".drawn")) part.hidden = false;
  }
  for (const note of document.querySelectorAll(".without-script")) note.hidden = true;
  const table = document.querySelector(".as-table");
  const fold = () => { if (table && pictures.includes(heat)) table.open = narrow.matches; };
  fold();

  narrow.addEventListener("change", () => { fold(); redraw(); });
  dark.addEventListener("change", redraw);
  addEventListener("beforeprint", () => {
    root.classList.add("paper");
    pictures.forEach(draw);
  });
  addEventListener("afterprint", () => {
    root.classList.remove("paper");
    redraw();
    fold();
  });

  // What the search box finds stands out on the map.
  document.addEventListener("found", (event) => {
    found = event.detail;
    if (dots.chart) draw(dots);
  });

  // The window of the map: a share of it, around its middle.
  function zoom(by) {
    const old = dots.chart.getOption().dataZoom;
    dots.window = [0, 1].map((axis) => {
      if (by === 0) return { start: 0, end: 100 };
      const middle = (old[axis].start + old[axis].end) / 2;
      const half = Math.min(50, ((old[axis].end - old[axis].start) / 2) * by);
      const start = Math.min(Math.max(0, middle - half), 100 - 2 * half);
      return { start, end: start + 2 * half };
    });
    draw(dots);
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
  }
})();
