// "Will we hit the target?": accepted line, preliminary year, required pace, continuation of the recent pace.
// A figure [data-trajectory="id of its JSON"] carries the chart library's address; without a figure it is not fetched.
// Data: from, to, last (years); accepted {year: value}; preliminary, target, recent, needed (per year); milestone
// {year, value}; break {year, label}; verdict "good" | "warn" | "bad"; decimals, paceDecimals; max, step; words.
const COLOUR = {
  ink: "#17202b", ink2: "#445161", ink3: "#5d6977", line: "#e2e6eb", axis: "#9aa5b1", grid: "#eceff3",
  accepted: "#123a68", preliminary: "#8fb3d9", preliminaryDot: "#4f86bf", need: "#6f7b89",
  gold: "#f3b92c", goldLine: "#9b6d00", good: "#13806b", warn: "#c26a04", bad: "#b3261a",
};
const FONT = '"Inter Variable", Inter, "Segoe UI", sans-serif';
const charts = new Map();

function number(value, decimals = 0) {
  if (value == null) return "–";
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat("vi-VN", digits).format(value);
}

// Straight lines from the last accepted value to the target and along the recent pace.
function project(data) {
  const years = [];
  for (let year = data.from; year <= data.to; year += 1) years.push(String(year));
  const last = data.accepted[data.last];
  const need = {};
  const pace = {};
  for (let year = data.last; year <= data.to; year += 1) {
    need[year] = last + ((data.target - last) / (data.to - data.last)) * (year - data.last);
    pace[year] = last + data.recent * (year - data.last);
  }
  const preliminary = data.preliminary == null ? {} : { [data.last]: last, [data.last + 1]: data.preliminary };
  const series = (map) => years.map((year) => map[year] ?? null);
  return {
    years,
    forecast: pace[data.to],
    accepted: series(data.accepted),
    need: series(need),
    pace: data.recent == null ? [] : series(pace),
    preliminary: series(preliminary),
  };
}

function endLabel(color, short, long, compact, weight = 400) {
  return {
    show: true, color, fontSize: 11.5, fontWeight: weight, lineHeight: 15, distance: 9,
    formatter: () => (compact ? short : long),
  };
}

function pathLines(data, lines, compact) {
  const verdict = COLOUR[data.verdict] ?? COLOUR.ink3;
  const line = (name, values, color, type, width) => ({
    name, type: "line", data: values, symbol: "none", lineStyle: { color, type, width }, itemStyle: { color },
  });
  const { decimals: d, paceDecimals: pd, words } = data;
  const target = number(data.target, d);
  const forecast = number(lines.forecast, d);
  return [
    {
      ...line(words.need, lines.need, COLOUR.need, [5, 4], 1.6),
      endLabel: endLabel(COLOUR.ink2, target, `${words.target} ${target}\n${words.needs} +${number(data.needed, pd)}${words.perYear}`, compact),
    },
    {
      ...line(words.pace, lines.pace, verdict, [2, 3], 2.2),
      endLabel: endLabel(verdict, forecast, `${words.forecast} ${forecast}\n${words.paces} +${number(data.recent, pd)}${words.perYear}`, compact, 600),
    },
  ];
}

function marks(data, compact) {
  const points = [{
    coord: [String(data.to), data.target], symbol: "rect", symbolSize: [4, 22],
    itemStyle: { color: COLOUR.gold, borderColor: COLOUR.goldLine, borderWidth: 1 }, label: { show: false },
  }];
  if (data.milestone) {
    points.push({
      coord: [String(data.milestone.year), data.milestone.value], itemStyle: { color: COLOUR.ink },
      label: {
        show: true, position: "left", distance: 5, color: COLOUR.ink, fontSize: 11.5,
        formatter: `${data.words.milestone} ${data.milestone.year}: ${number(data.milestone.value, data.decimals)}`,
      },
    });
  }
  const markPoint = { silent: true, symbol: "rect", symbolSize: [14, 3], data: points };
  if (!data.break) return { markPoint };
  const markLine = {
    silent: true, symbol: "none", lineStyle: { color: COLOUR.axis, type: "solid", width: 1 },
    data: [{ xAxis: String(data.break.year) }],
    label: {
      show: !compact, position: "insideEndTop", rotate: 0, align: "left", padding: [0, 0, 0, 4],
      color: COLOUR.ink3, fontSize: 11, formatter: data.break.label,
    },
  };
  return { markPoint, markLine };
}

function valueLines(data, lines, compact) {
  const firstPreliminary = data.last + 1 - data.from;
  return [
    {
      name: data.words.preliminary, type: "line", data: lines.preliminary, symbol: "circle",
      symbolSize: (value, point) => (point.dataIndex === firstPreliminary ? 8 : 0),
      lineStyle: { color: COLOUR.preliminary, width: 2.4 },
      itemStyle: { color: "#fff", borderColor: COLOUR.preliminaryDot, borderWidth: 2 },
    },
    {
      name: data.words.accepted, type: "line", data: lines.accepted, symbol: "circle", symbolSize: 5.5,
      lineStyle: { color: COLOUR.accepted, width: 2.8 }, itemStyle: { color: COLOUR.accepted },
      label: {
        show: true, position: [4, 10], color: COLOUR.accepted, fontWeight: 650, fontSize: 12,
        formatter: (point) => (Number(lines.years[point.dataIndex]) === data.last ? number(point.value, data.decimals) : ""),
      },
      ...marks(data, compact),
    },
  ];
}

function axes(data, years, compact) {
  const shown = new Set(
    (compact ? [2018, 2020, 2022, 2025, 2030] : [2018, 2020, 2022, 2024, 2025, 2026, 2028, 2030]).map(String),
  );
  return {
    xAxis: {
      type: "category", data: years, boundaryGap: false,
      axisLine: { lineStyle: { color: COLOUR.axis } }, axisTick: { show: false },
      axisLabel: { interval: 0, color: COLOUR.ink2, fontSize: 11.5, formatter: (year) => (shown.has(year) ? year : "") },
    },
    yAxis: {
      type: "value", min: 0, max: data.max ?? undefined, interval: data.step ?? undefined, splitNumber: 5,
      axisLabel: { color: COLOUR.ink3, fontSize: 11.5, formatter: (value) => number(value) },
      splitLine: { lineStyle: { color: COLOUR.grid } },
    },
  };
}

function option(data, compact) {
  const lines = project(data);
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: COLOUR.ink2, fontSize: 12 },
    grid: { left: 4, right: compact ? 62 : 150, top: 22, bottom: 4, containLabel: true },
    // Rich text, since the HTML tooltip writes <style>-like inline markup that the content policy forbids.
    tooltip: {
      trigger: "axis", renderMode: "richText", borderColor: COLOUR.line,
      textStyle: { color: COLOUR.ink, fontSize: 12.5 }, valueFormatter: (value) => number(value, data.decimals),
    },
    ...axes(data, lines.years, compact),
    series: [...pathLines(data, lines, compact), ...valueLines(data, lines, compact)],
  };
}

async function draw(figure) {
  if (charts.has(figure)) return;
  charts.set(figure, null);
  try {
    await import(figure.dataset.library);
    const data = JSON.parse(document.getElementById(figure.dataset.trajectory).textContent);
    const compact = "small" in figure.dataset || figure.clientWidth < 480;
    const chart = globalThis.echarts.init(figure, null, { renderer: "svg" });
    chart.setOption(option(data, compact));
    charts.set(figure, chart);
    new ResizeObserver(() => chart.resize()).observe(figure);
  } catch (error) {
    // The table beside the chart has the same figures: show it and say why.
    figure.hidden = true;
    const instead = document.getElementById(figure.dataset.fallback);
    if (instead) instead.hidden = false;
    console.warn("trajectory", error);
  }
}

const drawAll = () => document.querySelectorAll("[data-trajectory]").forEach(draw);
drawAll();
document.addEventListener("htmx:load", drawAll);
