'use strict';
(() => {
  const LIVE = 300; // so many seconds are kept
  // Connections end for these when all is well.
  const ORDINARY = new Set(['client_close_request', 'client_eof', 'client_probe', 'handed_over', 'cancel_sent', 'server_idle_timeout', 'server_lifetime_over', 'server_surplus']);
  const $ = id => document.getElementById(id);
  const samples = []; // {at, pools: Map of key to pool}
  let history = {bounds: [], minutes: []};
  let bounds = [];
  let chosen = null, range = 'live', sort = 'tps', down = true, held = false, newest = null, process = null;

  // Names come from whoever may connect: they only ever become text.
  function el(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'on') node.addEventListener('click', value); else node.setAttribute(key, value);
    }
    for (const child of children) node.append(child);
    return node;
  }
  const cell = (text, style) => el('td', style ? {class: style} : {}, text);
  const key = pool => JSON.stringify([pool.database, pool.user]);
  const name = pool => pool.database === pool.user ? pool.database : pool.database + ' / ' + pool.user;
  const number = value => value >= 1e4 ? Math.round(value).toLocaleString('en') : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value ? 2 : 0);
  const whole = value => value.toLocaleString('en');
  function time(seconds) {
    if (!isFinite(seconds)) return '> 60 s';
    return seconds >= 1 ? number(seconds) + ' s' : seconds >= 1e-3 ? number(seconds * 1e3) + ' ms' : seconds > 0 ? number(seconds * 1e6) + ' µs' : '0';
  }
  function put(table, rows) { $(table).tBodies[0].replaceChildren(...rows); }

  // ---- what happened between two samples
  function between(old, now) {
    const seconds = (now.at - old.at) / 1000;
    const sum = {tps: 0, qps: 0, waits: null, waitNanos: 0, queryNanos: 0};
    const add = (a, b) => a ? a.map((n, i) => n + b[i]) : b;
    for (const [id, pool] of now.pools) {
      if (chosen && id !== chosen) continue;
      const d = delta(old.pools.get(id), pool, seconds);
      sum.tps += d.tps; sum.qps += d.qps; sum.waitNanos += d.waitNanos; sum.queryNanos += d.queryNanos;
      sum.waits = add(sum.waits, d.waits);
      sum.queries = add(sum.queries, d.queries);
    }
    return spread(sum);
  }
  function delta(old, now, seconds) {
    if (!old || old.transactions > now.transactions) old = null;
    const minus = (a, b) => a.map((n, i) => n - (b ? b[i] : 0));
    const queries = minus(now.queries, old && old.queries);
    return spread({
      tps: (now.transactions - (old ? old.transactions : 0)) / seconds, qps: total(queries) / seconds, queries, waits: minus(now.waits, old && old.waits),
      waitNanos: now.waitNanos - (old ? old.waitNanos : 0), queryNanos: now.queryNanos - (old ? old.queryNanos : 0)});
  }
  const total = counts => (counts || []).reduce((a, b) => a + b, 0);
  function spread(d) {
    const count = total(d.waits), queries = total(d.queries);
    d.wait = count ? d.waitNanos / count / 1e9 : 0;
    d.query = queries ? d.queryNanos / queries / 1e9 : 0;
    d.slow = slow(d.waits, count);
    return d;
  }
  /** The bound that 99 of 100 are below; nothing waited for counts as no wait. */
  function slow(counts, count) {
    if (!count) return 0;
    let above = 0, i = counts.length - 1;
    while (i > 0 && (above += counts[i]) * 100 <= count) i--;
    return i === 0 ? 0 : bound(i);
  }
  const bound = i => bounds[i] === null || bounds[i] === undefined ? Infinity : +bounds[i];
  const before = seconds => {
    const last = samples[samples.length - 1];
    return samples.find(s => s.at >= last.at - seconds * 1000 - 500) || last;
  };

  // ---- charts
  const charts = {};
  function style() {
    const css = getComputedStyle(document.documentElement);
    return n => css.getPropertyValue('--' + n).trim();
  }
  function chart(id, series, format) {
    const color = style();
    const clock = t => new Date(t * 1000).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: range === 'live' ? '2-digit' : undefined, hour12: false});
    const axis = {stroke: color('faint'), grid: {stroke: color('line'), width: 1}, ticks: {stroke: color('line'), width: 1}};
    const box = $(id);
    const plot = new uPlot({
      width: Math.max(200, box.clientWidth), height: 190, cursor: {y: false}, legend: {live: true},
      scales: {y: {range: (u, min, max) => [0, Math.max(max || 0, 1e-3) * 1.1]}},
      axes: [Object.assign({space: 80, values: (u, ticks) => ticks.map(clock)}, axis), Object.assign({size: 62, values: (u, ticks) => ticks.map(format)}, axis)],
      series: [{label: 'at', value: (u, v) => v == null ? '–' : clock(v)}].concat(series.map(s => ({label: s.label, stroke: color(s.color), width: 1.5, fill: s.fill ? color(s.color) + '22' : undefined,
        value: (u, v) => v == null ? '–' : format(v)})))
    }, [[], ...series.map(() => [])], box);
    charts[id] = plot;
  }
  function makeCharts() {
    for (const id in charts) charts[id].destroy();
    chart('chart-transactions', [{label: 'transactions/s', color: 'active', fill: true}], number);
    chart('chart-waits', [{label: 'mean', color: 'active'}, {label: '1 in 100', color: 'waiting'}], number);
    draw();
  }
  function draw() {
    const x = [], tps = [], mean = [], slowest = [];
    if (range === 'live') {
      for (let i = 1; i < samples.length; i++) {
        const d = between(samples[i - 1], samples[i]);
        x.push(samples[i].at / 1000); tps.push(d.tps); mean.push(d.wait * 1e3); slowest.push(Math.min(d.slow, 60) * 1e3);
      }
    } else {
      for (const minute of history.minutes) {
        let sum = 0, waits = 0, nanos = 0, worst = 0;
        for (const [database, user, transactions, count, waitNanos, bucket] of minute.pools) {
          if (chosen && key({database, user}) !== chosen) continue;
          sum += transactions; waits += count; nanos += waitNanos; worst = Math.max(worst, bucket);
        }
        x.push(minute.at / 1000); tps.push(sum / 60); mean.push(waits ? nanos / waits / 1e6 : 0); slowest.push(worst ? Math.min(bound(worst), 60) * 1e3 : 0);
      }
    }
    if (charts['chart-transactions']) {
      charts['chart-transactions'].setData([x, tps]);
      charts['chart-waits'].setData([x, mean, slowest]);
    }
  }

  // ---- tables
  const columns = [
    ['name', 'pool', r => r.name], ['mode', 'mode', r => r.pool.mode], ['clients', 'clients', r => r.pool.clients + r.pool.waiting],
    ['servers', 'servers', r => r.pool.active + r.pool.idle + r.pool.other + r.pool.login], ['tps', 'trans/s', r => r.d.tps, 'n'],
    ['query', 'mean query', r => r.d.query, 'n'], ['wait', 'mean wait', r => r.d.wait, 'n'], ['slow', '1 in 100', r => r.d.slow, 'n'],
    ['maxwait', 'waits for', r => r.pool.maxwait, 'n']];
  function head() {
    $('pools').tHead.rows[0].replaceChildren(...columns.map(([id, label, , style]) => {
      const order = sort === id ? (down ? 'descending' : 'ascending') : 'none';
      const button = el('button', {type: 'button', on: () => { down = sort === id ? !down : id !== 'name'; sort = id; head(); tables(); }},
        label + (sort === id ? (down ? ' ▾' : ' ▴') : ''));
      return el('th', Object.assign({scope: 'col', 'aria-sort': order}, style ? {class: style} : {}), button);
    }));
  }
  function bar(parts, size, text) {
    const all = Math.max(size, parts.reduce((sum, p) => sum + p[1], 0), 1);
    const node = el('div', {class: 'bar', role: 'img', 'aria-label': text, title: text});
    for (const [style, count] of parts) {
      if (count) { const part = el('i', {class: style}); part.style.width = 100 * count / all + '%'; node.append(part); }
    }
    return node;
  }
  function rows() {
    const now = samples[samples.length - 1], old = before(10);
    const seconds = Math.max(1, (now.at - old.at) / 1000);
    return [...now.pools].map(([id, pool]) => ({id, pool, name: name(pool), d: delta(now === old ? pool : old.pools.get(id), pool, seconds)}));
  }
  function tables() {
    if (!samples.length) return;
    const list = rows();
    const by = columns.find(c => c[0] === sort)[2];
    list.sort((a, b) => { const x = by(a), y = by(b); return (x < y ? -1 : x > y ? 1 : a.name < b.name ? -1 : 1) * (down ? -1 : 1); });
    const most = Math.max(...list.map(r => r.pool.clients + r.pool.waiting), 1);
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.pool : null;
    put('pools', list.map(r => {
      const p = r.pool, limits = newest.databases.find(d => d.name === p.database) || {size: 0};
      const button = el('button', {type: 'button', 'data-pool': r.id, 'aria-pressed': String(chosen === r.id), title: r.name, on: () => choose(r)}, r.name);
      const servers = p.active + ' active, ' + p.idle + ' idle' + (p.other ? ', ' + p.other + ' being checked' : '') + (p.login ? ', ' + p.login + ' logging in' : '')
        + (limits.size ? ', of ' + limits.size : '');
      const clients = p.clients + ' with or without a server, ' + p.waiting + ' waiting for one';
      return el('tr', chosen === r.id ? {class: 'chosen'} : {},
        el('th', {scope: 'row'}, button, limits.paused ? ' (paused)' : '', limits.disabled ? ' (disabled)' : ''), cell(p.mode, 'faint'),
        el('td', {}, el('div', {class: 'cell'}, bar([['active', p.clients], ['waiting', p.waiting]], most, clients),
          el('span', {}, String(p.clients)), p.waiting ? el('span', {class: 'hot'}, '+' + p.waiting) : '')),
        el('td', {}, el('div', {class: 'cell'}, bar([['active', p.active], ['other', p.other + p.login], ['idle', p.idle]], limits.size, servers),
          el('span', {}, p.active + '/' + (p.active + p.idle + p.other + p.login)), limits.size ? el('span', {class: 'faint'}, 'of ' + limits.size) : '')),
        cell(number(r.d.tps), 'n'), cell(time(r.d.query), 'n'), cell(time(r.d.wait), 'n'), cell(r.d.slow ? '≤ ' + time(r.d.slow) : '0', 'n'),
        cell(p.maxwait ? time(p.maxwait / 1e6) : '', p.maxwait > 1e5 ? 'n hot' : 'n'));
    }));
    if (focused) { for (const b of document.querySelectorAll('[data-pool]')) if (b.dataset.pool === focused) b.focus(); }
    slowest(list);
  }
  function slowest(list) {
    const worst = new Map();
    for (const minute of history.minutes) {
      for (const [database, user, , , , bucket] of minute.pools) {
        const id = key({database, user});
        worst.set(id, Math.max(worst.get(id) || 0, bucket));
      }
    }
    const shown = list.map(r => ({r, hour: worst.get(r.id) ? bound(worst.get(r.id)) : 0}))
      .filter(s => s.r.pool.maxwait || s.r.d.slow || s.hour)
      .sort((a, b) => b.r.pool.maxwait - a.r.pool.maxwait || b.r.d.slow - a.r.d.slow || b.hour - a.hour).slice(0, 10);
    put('slowest', shown.length ? shown.map(s => el('tr', {}, cell(s.r.name), cell(s.r.pool.maxwait ? time(s.r.pool.maxwait / 1e6) : '', 'n hot'),
      cell(s.r.d.slow ? '≤ ' + time(s.r.d.slow) : '0', 'n'), cell(s.hour ? '≤ ' + time(s.hour) : '0', 'n'))) : [el('tr', {}, el('td', {colspan: 4, class: 'faint'}, 'nobody waits'))]);
  }
  function choose(r) {
    chosen = chosen === r.id ? null : r.id;
    $('filter').replaceChildren(...(chosen ? ['charts of ' + r.name + ' ', el('button', {type: 'button', on: () => choose(r)}, 'show all')] : []));
    tables(); draw();
  }
  function rest(now) {
    const hosts = new Map();
    for (const h of now.hosts) { if (!hosts.has(h.host)) hosts.set(h.host, {}); hosts.get(h.host)[h.state] = h.servers; }
    put('hosts', [...hosts].map(([host, states]) => {
      const all = Object.values(states).reduce((a, b) => a + b, 0), active = states.active || 0, idle = states.idle || 0;
      const most = Math.max(...[...hosts.values()].map(s => Object.values(s).reduce((a, b) => a + b, 0)));
      return el('tr', {}, cell(host), el('td', {}, bar([['active', active], ['other', all - active - idle], ['idle', idle]], most,
        Object.entries(states).map(([state, n]) => n + ' ' + state).join(', '))), cell(String(all), 'n'));
    }));
    const old = before(10);
    put('reactors', now.reactors.map((r, i) => {
      const was = old.reactors[i], seconds = (now.at - old.at) / 1000;
      const cpu = was && seconds > 0 ? (r.cpu - was.cpu) / 1e4 / seconds : 0;
      return el('tr', {}, cell(String(i), 'n'), cell(String(r.clients), 'n'), cell(String(r.servers), 'n'), cell(number(cpu) + ' %', 'n'), cell(time(r.turn / 1e6), 'n'));
    }));
    const closings = (now.closings || []).filter(c => !ORDINARY.has(c.reason)).sort((a, b) => b.recent - a.recent || b.total - a.total).slice(0, 12);
    $('closings-section').hidden = !now.closings;
    put('closings', closings.length ? closings.map(c => el('tr', {}, cell(c.of, 'faint'), cell(c.reason, 'wide'), cell(c.recent ? whole(c.recent) : '', c.recent ? 'n hot' : 'n'),
      cell(whole(c.total), 'n'))) : [el('tr', {}, el('td', {colspan: 4, class: 'faint'}, 'none'))]);
    $('advice-section').hidden = !now.advice;
    $('advice').replaceChildren(...(now.advice && now.advice.length ? now.advice.map(a => el('li', {}, el('span', {class: a.severity}, a.severity), ' ',
      a.database ? (a.database + (a.user ? ' / ' + a.user : '') + ': ') : '', el('strong', {}, a.finding + '.'), ' ', a.remedy, ' ', a.setting ? el('code', {}, a.setting) : '')) : [el('li', {class: 'faint'}, 'Nothing to change.')]));
  }
  function tiles(now) {
    const d = between(before(10), samples[samples.length - 1]);
    const pools = [...samples[samples.length - 1].pools].filter(([id]) => !chosen || id === chosen).map(([, pool]) => pool);
    const sum = of => pools.reduce((a, p) => a + of(p), 0);
    const tile = (value, label, hot) => el('div', {class: 'tile'}, el('b', hot ? {class: 'hot'} : {}, value), el('span', {}, label));
    const waiting = sum(p => p.waiting), all = isFinite(d.tps) ? d : {tps: 0, qps: 0, slow: 0, query: 0};
    $('tiles').replaceChildren(
      tile(number(all.tps), 'transactions/s'), tile(number(all.qps), 'queries/s'), tile(String(sum(p => p.clients) + waiting), 'clients'),
      tile(String(waiting), 'wait for a server', waiting > 0), tile(sum(p => p.active) + ' / ' + sum(p => p.active + p.idle + p.other + p.login), 'servers active / all'),
      tile(all.slow ? '≤ ' + time(all.slow) : '0', '1 in 100 waits'), tile(time(all.query), 'mean query'));
  }
  function state(text, style) { $('state').textContent = text; $('state').className = 'pill ' + style; }

  function show() {
    if (!newest) return;
    state(newest.ready ? newest.ready : 'ready', newest.ready ? 'bad' : 'good');
    $('time').textContent = new Date(newest.at).toLocaleTimeString();
    tiles(newest); tables(); rest(newest); draw();
  }
  function take(now) {
    samples.push({at: now.at, pools: new Map(now.pools.map(p => [key(p), p])), reactors: now.reactors});
    if (samples.length > LIVE) samples.shift();
    newest = now;
    if (!held && !document.hidden) show();
  }
  async function past() {
    try {
      const answer = await fetch('history');
      if (answer.ok) { history = await answer.json(); bounds = history.bounds; }
    } catch (e) { /* the stream says that nobody answers */ }
  }
  function listen() {
    const source = new EventSource('events');
    source.onmessage = event => {
      const now = JSON.parse(event.data);
      if (process !== null && now.process !== process) samples.length = 0; // another process: its counters begin anew
      process = now.process;
      take(now);
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) { state('no answer', 'bad'); setTimeout(listen, 2000); }
      else if (newest && Date.now() - newest.at > 5000) state('no answer', 'bad');
    };
  }

  $('hold').addEventListener('change', e => { held = e.target.checked; if (!held) show(); });
  for (const id of ['live', 'hour']) {
    $('range-' + id).addEventListener('click', () => {
      range = id;
      for (const other of ['live', 'hour']) $('range-' + other).setAttribute('aria-pressed', String(other === id));
      draw();
    });
  }
  document.addEventListener('visibilitychange', () => { if (!document.hidden && !held) show(); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', makeCharts);
  new ResizeObserver(() => { for (const id in charts) charts[id].setSize({width: Math.max(200, $(id).clientWidth), height: 190}); }).observe(document.querySelector('main'));
  head();
  past().then(() => { makeCharts(); listen(); });
  setInterval(past, 60000);
})();
