// Real Chromium and real Firefox with fake devices, driven by one API.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { BEAT_MS, CLOCK_MS, ROWS, makeSource } from './source.mjs';

export const TIMEOUT_MS = 45_000;

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

/** Runs in every page before its own scripts: keeps each RTCPeerConnection where the test can ask it. */
function rememberPeers() {
  const Real = globalThis.RTCPeerConnection;
  if (!Real || globalThis.__peers) return;
  globalThis.__peers = [];
  globalThis.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args);
      globalThis.__peers.push(this);
    }
  };
}

/**
 * A browser with one person's devices.
 * kind: 'chromium' | 'firefox'; video: path of a .mjpeg or .y4m file, audio: path of a .wav file (Chromium only).
 */
export async function open(kind, { video, audio, more = [] } = {}) {
  const profile = mkdtempSync(join(tmpdir(), `ventanilla-${kind}-`));
  const options = kind === 'chromium'
    ? {
      browser: 'chrome', executablePath: CHROMIUM, headless: true, userDataDir: profile,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--autoplay-policy=no-user-gesture-required',
        '--use-fake-ui-for-media-stream', '--lang=es-AR',
        '--use-fake-device-for-media-stream',
        ...(video ? [`--use-file-for-fake-video-capture=${video}`] : []),
        ...(audio ? [`--use-file-for-fake-audio-capture=${audio}`] : []), ...more],
    }
    : {
      browser: 'firefox', executablePath: FIREFOX, headless: true, userDataDir: profile,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true,
        'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0, 'intl.accept_languages': 'es-AR, es',
        'app.update.enabled': false, 'datareporting.policy.dataSubmissionEnabled': false,
      },
    };
  const browser = await puppeteer.launch({ ...options, protocolTimeout: 120_000 });
  return new Browser(kind, browser, profile);
}

class Browser {
  constructor(kind, browser, profile) {
    this.kind = kind;
    this.browser = browser;
    this.profile = profile;
  }

  /**
   * `source`: { colour, tone } of a camera and a microphone made by the page, in place of the browser's fake ones;
   * `line`: a Line that its media take.
   * `prepare` runs in the page before all else; `context`: with cookies of its own (browser.createBrowserContext()).
   */
  async page(url, { width = 1280, height = 900, source, line, prepare, context } = {}) {
    const page = await (context ?? this.browser).newPage();
    await page.setViewport({ width, height });
    if (prepare) await page.evaluateOnNewDocument(prepare);
    await page.evaluateOnNewDocument(rememberPeers);
    if (source) await page.evaluateOnNewDocument(makeSource, { ...source, beatMs: BEAT_MS, clockMs: CLOCK_MS, rows: ROWS });
    if (line) await line.between(page);
    page.setDefaultTimeout(TIMEOUT_MS);
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    return page;
  }

  async close() {
    await this.browser.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}

/** Waits until `question` (run in the page, with `args`) answers something true, and returns it. */
export async function until(page, what, question, ...args) {
  const deadline = Date.now() + TIMEOUT_MS;
  let last;
  for (;;) {
    try {
      const answer = await page.evaluate(question, ...args);
      if (answer) return answer;
      last = answer;
    } catch (cause) {
      // A navigation in between destroys the context: ask again.
      last = cause;
    }
    if (Date.now() > deadline) {
      const text = await page.evaluate(() => document.body?.innerText ?? '').catch(() => '(no page)');
      throw new Error(`waited ${TIMEOUT_MS} ms for ${what}; last answer ${last}; the page says:\n${text}`);
    }
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

/** Waits until the page's text contains `words`. */
export function sees(page, words) {
  return until(page, `the words «${words}»`, (expected) =>
    document.body.innerText.toLowerCase().includes(expected.toLowerCase()), words);
}

/** Clicks the visible, enabled button or link with this accessible text (whole, or its beginning). */
export async function press(page, name) {
  await until(page, `the button «${name}»`, (expected) => {
    const wanted = expected.toLowerCase();
    const text = (element) => (element.getAttribute('aria-label') ?? element.innerText ?? '').replace(/\s+/g, ' ').trim().toLowerCase();
    const buttons = [...document.querySelectorAll('button, a[href], [role=button], summary')]
      .filter((element) => element.getClientRects().length > 0 && !element.disabled);
    const found = buttons.find((element) => text(element) === wanted) ?? buttons.find((element) => text(element).startsWith(wanted));
    found?.click();
    return Boolean(found);
  }, name);
}

/** Types into the field with this label (its beginning). */
export async function fill(page, label, value) {
  const id = await until(page, `the field «${label}»`, (expected) => {
    const found = [...document.querySelectorAll('label')].find((element) =>
      element.innerText.trim().toLowerCase().startsWith(expected.toLowerCase()) && element.getClientRects().length > 0);
    const field = found && (found.control ?? document.getElementById(found.htmlFor));
    if (!field) return null;
    field.id ||= `e2e-${Math.random().toString(36).slice(2)}`;
    field.value = '';
    return field.id;
  }, label);
  const field = await page.$(`#${CSS_escape(id)}`);
  await field.type(value);
}

function CSS_escape(id) {
  return id.replace(/([^\w-])/g, '\\$1');
}

/** Chooses the radio or checkbox whose label begins so. */
export async function choose(page, label) {
  await until(page, `the choice «${label}»`, (expected) => {
    const found = [...document.querySelectorAll('label')].find((element) =>
      element.innerText.trim().toLowerCase().startsWith(expected.toLowerCase()) && element.getClientRects().length > 0);
    (found?.control ?? found)?.click();
    return Boolean(found);
  }, label);
}
