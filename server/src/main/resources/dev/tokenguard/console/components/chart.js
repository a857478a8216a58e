// A chart with a caption, and its numbers as a table for who cannot or will not look at it.
import {html, nothing} from 'lit';
import {saveCsv} from '../download.js';
import {compact, number} from '../format.js';
import {language, t} from '../i18n.js';
import {Element} from './element.js';
import {csvRows, table} from './table.js';

let library;

/** Chart.js, loaded when the first chart is drawn. */
function chartLibrary() {
  library ??= import('chart.js').then(() => globalThis.Chart);
  return library;
}

class ChartFigure extends Element {
  static properties = {
    caption: {},
    /** `bar` or `line`. */
    kind: {},
    stacked: {type: Boolean},
    /** Bars from the side, for names that are long. */
    sideways: {type: Boolean},
    /** Title of what the labels are. */
    axis: {},
    labels: {attribute: false},
    /** [{label, values: BigInt[], colour: a custom property such as '--series-1'}]. */
    series: {attribute: false},
    file: {},
  };

  #chart;
  #themes = matchMedia('(prefers-color-scheme: dark)');
  #redraw = () => this.#draw();
  #watcher = new MutationObserver(this.#redraw);

  constructor() {
    super();
    this.kind = 'bar';
    this.labels = [];
    this.series = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.#themes.addEventListener('change', this.#redraw);
    this.#watcher.observe(document.documentElement, {attributeFilter: ['data-theme', 'dir']});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#themes.removeEventListener('change', this.#redraw);
    this.#watcher.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  updated() {
    this.#draw();
  }

  async #draw() {
    const Chart = await chartLibrary();
    const canvas = this.querySelector('canvas');
    if (!canvas || !this.isConnected) return;
    const config = this.#config();
    const known = Chart.getChart(canvas);
    if (known && known.config.type === config.type) {
      known.data = config.data;
      known.options = config.options;
      known.update('none');
    } else {
      known?.destroy();
      this.#chart = new Chart(canvas, config);
    }
  }

  #config() {
    const colour = (name) => this.#colour(`var(${name})`);
    const rtl = language().dir === 'rtl';
    const ink = colour('--pico-muted-color');
    const grid = colour('--pico-muted-border-color');
    const names = {stacked: this.stacked, reverse: rtl && !this.sideways, grid: {display: false},
      ticks: {color: ink, maxRotation: 0, autoSkipPadding: 16, autoSkip: !this.sideways}};
    const values = {stacked: this.stacked, beginAtZero: true, reverse: rtl && this.sideways, grid: {color: grid},
      border: {display: false}, ticks: {color: ink, precision: 0, maxTicksLimit: 5, callback: compact}};
    if (rtl) (this.sideways ? names : values).position = 'right';
    return {
      type: this.kind,
      data: {labels: this.labels, datasets: this.series.map((each) => this.#dataset(each))},
      options: {
        indexAxis: this.sideways ? 'y' : 'x',
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        locale: language().locale,
        font: {family: getComputedStyle(this).fontFamily},
        interaction: {mode: 'index', intersect: false, axis: this.sideways ? 'y' : 'x'},
        scales: {[this.sideways ? 'y' : 'x']: names, [this.sideways ? 'x' : 'y']: values},
        plugins: {
          legend: {display: this.series.length > 1, position: 'bottom', rtl, labels: {color: ink, boxWidth: 12, boxHeight: 12}},
          tooltip: {rtl, callbacks: {label: ({dataset, dataIndex}) => `${dataset.label}: ${number(dataset.exact[dataIndex])}`}},
        },
      },
    };
  }

  /** A colour of the style sheet as one that a canvas understands. */
  #colour(value) {
    const frame = this.querySelector('.chart-frame');
    frame.style.color = value;
    return getComputedStyle(frame).color;
  }

  #dataset(each) {
    const colour = this.#colour(`var(${each.colour})`);
    return {
      label: each.label,
      data: each.values.map(Number),
      exact: each.values,
      backgroundColor: this.kind === 'line' ? this.#colour(`color-mix(in srgb, var(${each.colour}) 18%, transparent)`) : colour,
      borderColor: colour,
      borderWidth: this.kind === 'line' ? 2 : 0,
      borderRadius: this.labels.length > 60 ? 0 : 2,
      maxBarThickness: 36,
      // Many thin bars stand side by side, few have air between them.
      categoryPercentage: this.labels.length > 60 ? 1 : 0.8,
      pointRadius: 0,
      pointHitRadius: 12,
      fill: this.kind === 'line',
      tension: 0,
    };
  }

  #columns() {
    return [
      {title: this.axis ?? t('chart.axis'), cell: ({label}) => label, text: ({label}) => label},
      ...this.series.map((each) => ({
        title: each.label,
        numeric: true,
        cell: ({index}) => number(each.values[index]),
        text: ({index}) => String(each.values[index]),
      })),
    ];
  }

  render() {
    const columns = this.#columns();
    const rows = this.labels.map((label, index) => ({label, index}));
    const tall = this.sideways ? Math.max(120, this.labels.length * 30 + 50) : 220;
    return html`<figure class="chart">
      <figcaption>${this.caption}</figcaption>
      <div class="chart-frame" .style=${`block-size: ${tall}px`}>
        <canvas role="img" aria-label=${t('chart.of', {caption: this.caption})}></canvas>
      </div>
      <details>
        <summary>${t('chart.numbers')}</summary>
        ${table({caption: this.caption, columns, rows, key: ({index}) => index})}
        ${this.file ? html`<button type="button" class="secondary outline small"
          @click=${() => saveCsv(csvRows(columns, rows), `${this.file}.csv`)}>${t('list.csv')}</button>` : nothing}
      </details>
    </figure>`;
  }
}

customElements.define('tg-chart', ChartFigure);
