// Charts of the reports. Each draws the table that stands beside it, so that figures, links and words are the same:
//   <figure class="chart" data-chart="rates|parts|counts" data-table="id of the table" hidden></figure>
// A row is a point: its th the name, each td with data-series="name" a figure, the link inside it where a click leads.

import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { mount } from '../diagram/mount.js';
import { t } from '../words.js';

use([
  AriaComponent, BarChart, GridComponent, LegendComponent, LineChart, MarkLineComponent, SVGRenderer, TooltipComponent,
]);

const MOST_BARS = 12;
const BAR = 30; // pixels with the room around it

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const colours = (chart) => (chart === 'parts' ? ['green-lamp', 'amber-lamp', 'red-lamp'] : ['blue-lamp', 'green-lamp']).map(token);

/** Names and series of a table as a reader sees them; what is no number is a gap. */
function read(table) {
  const rows = [...table.tBodies[0].rows];
  const series = new Map();
  rows.forEach((row, n) => {
    for (const cell of row.querySelectorAll('td[data-series]')) {
      const name = cell.dataset.series;
      if (!series.has(name)) series.set(name, { name, target: cell.dataset.target, data: rows.map(() => null) });
      const value = Number.parseFloat(cell.textContent);
      if (Number.isFinite(value)) series.get(name).data[n] = { value, link: cell.querySelector('a')?.href };
    }
  });
  return { names: rows.map((row) => row.querySelector('th').textContent.trim()), series: [...series.values()] };
}

function lines({ names, series }) {
  const known = series.flatMap(({ data }) => data.filter(Boolean).map(({ value }) => value));
  return {
    xAxis: { type: 'category', data: names, axisLabel: { color: token('ink-2') } },
    yAxis: {
      type: 'value', min: Math.max(0, Math.floor(Math.min(90, ...known) / 10) * 10), max: 100,
      axisLabel: { formatter: '{value}%', color: token('ink-2') }, splitLine: { lineStyle: { color: token('line') } },
    },
    series: series.map(({ name, data, target }, n) => ({
      name, data, type: 'line', symbol: n ? 'diamond' : 'circle', symbolSize: 9,
      lineStyle: { type: n ? 'dashed' : 'solid' },
      label: { show: true, formatter: '{c}', color: token('ink'), position: n ? 'bottom' : 'top' },
      markLine: target && {
        silent: true, symbol: 'none', data: [{ yAxis: Number(target), name: t('{name}目标', { name }) }],
        lineStyle: { color: token('ink-3') }, label: { formatter: t('目标 {rate}%', { rate: target }), color: token('ink-2'), position: 'insideEndTop' },
      },
    })),
  };
}

function bars({ names, series }) {
  const few = names.slice(0, MOST_BARS);
  return {
    xAxis: { type: 'value', minInterval: 1, axisLabel: { color: token('ink-2') }, splitLine: { lineStyle: { color: token('line') } } },
    yAxis: {
      type: 'category', inverse: true, data: few,
      axisLabel: { color: token('ink'), width: 130, overflow: 'truncate' },
    },
    series: series.map(({ name, data }) => ({
      name, data: data.slice(0, MOST_BARS).map((each) => each?.value ? each : null), type: 'bar', stack: 'all', barMaxWidth: 18,
      label: { show: true, color: token('surface') }, cursor: 'pointer',
    })),
  };
}

function option(kind, table) {
  const found = read(table);
  return {
    animation: false, // nothing moves on paper, and nobody waits for it
    color: colours(kind),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: true, decal: { show: kind === 'parts' }, label: { description: table.caption?.textContent ?? '' } },
    grid: { left: 8, right: 18, top: 34, bottom: 6, containLabel: true },
    legend: { show: found.series.length > 1, top: 0, left: 0, textStyle: { color: token('ink') } },
    // a box of HTML would want inline styles, which the policy forbids
    tooltip: { trigger: kind === 'rates' ? 'axis' : 'item', renderMode: 'richText', confine: true },
    ...(kind === 'rates' ? lines(found) : bars(found)),
  };
}

mount('[data-chart]', (figure) => {
  const table = document.getElementById(figure.dataset.table);
  if (!table?.tBodies[0]?.rows.length) return;
  figure.hidden = false;
  if (figure.dataset.chart !== 'rates') figure.style.height = `${76 + BAR * Math.min(table.tBodies[0].rows.length, MOST_BARS)}px`;
  const chart = init(figure, null, { renderer: 'svg', locale: document.documentElement.lang === 'en' ? 'EN' : 'ZH' });
  const draw = () => chart.setOption(option(figure.dataset.chart, table), true);
  draw();
  figure.setAttribute('role', 'img');
  chart.on('click', ({ data }) => { if (data?.link) window.location.assign(data.link); });
  new ResizeObserver(() => chart.resize()).observe(figure);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-theme'] });
});
