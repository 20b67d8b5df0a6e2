// What both people can do in a call beside talking: menu, devices, refreshing, a shared screen, floating window; and a whole
// call by keyboard alone.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

/** Cameras and microphones enough to choose among. Of Chromium's fake cameras the second one sees depth, which no call carries. */
const DEVICES = ['--use-fake-device-for-media-stream=device-count=3', '--auto-select-desktop-capture-source=Entire', '--auto-accept-this-tab-capture',
  '--use-fake-ui-for-media-stream'];

describe('controls', () => {
  let server;
  beforeEach(async () => { server = await Server.start(); });
  afterEach(async () => { await server?.end(); });

  async function withCall(run, { service, kinds = ['chromium', 'chromium'], more = DEVICES } = {}) {
    const browsers = [];
    try {
      for (const kind of kinds) browsers.push(await open(kind, { more: kind === 'chromium' ? more : [] }));
      const citizen = await browsers[0].page(server.origin);
      const operator = await browsers[1].page(`${server.origin}/operador`);
      await inCall(citizen, operator, service);
      await run(citizen, operator);
      await people.endMeeting(operator);
      await people.close(operator);
      assert.deepEqual([citizen.problems, operator.problems], [[], []]);
    } finally {
      for (const browser of browsers) await browser.close();
    }
  }

  test('at most six controls, each with words; the menu is a menu by keyboard', { timeout: 240_000 }, () => withCall(async (citizen, operator) => {
    for (const page of [citizen, operator]) {
      const names = await page.evaluate(() => [...document.querySelectorAll('.controls .button')].map((one) => one.innerText.trim()));
      assert.ok(names.length <= 6 && names.every((name) => name.length > 3), names.join(' | '));
    }
    await menuByKeyboard(citizen);
    for (const page of [citizen, operator]) await menuFits(page);
    await press(citizen, 'Apagar la cámara');
    await sees(citizen, 'recordá que es obligatoria');
    await sees(operator, 'Cámara apagada');
    await press(citizen, 'Encender la cámara');
    await flows(operator);
  }));

  test('the call over the whole screen, and the picture in a window of its own', { timeout: 240_000 }, () => withCall(async (citizen) => {
    await click(citizen, 'Pantalla completa');
    await until(citizen, 'full screen', () => document.fullscreenElement?.className === 'call-main');
    await click(citizen, 'Salir de pantalla completa');
    await until(citizen, 'no full screen', () => !document.fullscreenElement);
    await click(citizen, 'Ventana flotante');
    await until(citizen, 'the window', () => document.pictureInPictureElement?.classList.contains('picture'));
    await click(citizen, 'Ventana flotante');
    await until(citizen, 'no window', () => !document.pictureInPictureElement);
  }));

  for (const kinds of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`"Actualizar" of a citizen in ${kinds[0]} makes the media anew without leaving`, { timeout: 240_000 }, () => withCall(async (citizen, operator) => {
      const peers = () => citizen.evaluate(() => globalThis.__peers.length);
      const before = await peers();
      await people.chooseEntry(citizen, 'Actualizar video y sonido');
      await until(citizen, 'another connection', (count) => globalThis.__peers.length > count && globalThis.__peers.at(-1).connectionState === 'connected', before);
      await flows(citizen);
      await flows(operator);
      await sees(citizen, 'Se está grabando');
    }, { kinds }));
  }

  test('another camera and microphone during the call, on the same connection, remembered on the device', { timeout: 240_000 }, () => withCall(async (citizen, operator) => {
    const sent = () => citizen.evaluate(() => Object.fromEntries(globalThis.__peers.at(-1).getSenders()
      .filter((sender) => sender.track).map((sender) => [sender.track.kind, sender.track.getSettings().deviceId])));
    const before = await sent();
    // The device check had two of its own.
    const peers = () => citizen.evaluate(() => globalThis.__peers.length);
    const connections = await peers();
    await people.chooseEntry(citizen, 'Cámara, micrófono y parlante');
    for (const kind of ['camera', 'microphone']) {
      const other = await until(citizen, `a second ${kind}`, (id, current) => [...document.getElementById(id).options].map((one) => one.value)
        .findLast((one) => one !== '' && one !== current && one !== 'default'), `device-${kind}`, before[kind === 'camera' ? 'video' : 'audio']);
      await citizen.select(`#device-${kind}`, other);
      await until(citizen, `the other ${kind} being sent`, (id, track) => globalThis.__peers.at(-1).getSenders()
        .some((sender) => sender.track?.kind === track && sender.track.getSettings().deviceId === id), other, kind === 'camera' ? 'video' : 'audio');
    }
    await citizen.keyboard.press('Escape');
    assert.equal(await peers(), connections, 'no new connection');
    await arrives(operator);
    const chosen = await sent();
    await citizen.reload();
    await sees(citizen, 'Se está grabando');
    await arrives(operator);
    assert.deepEqual(await sent(), chosen, 'a reload keeps the choice');
  }));

  test('the operator shares a screen; the citizen cannot where the service does not let him', { timeout: 240_000 }, () => withCall(async (citizen, operator) => {
    await press(citizen, 'Menú');
    assert.equal(await citizen.evaluate(() => document.querySelector('[role=menu]').innerText.includes('Compartir pantalla')), false);
    await citizen.keyboard.press('Escape');
    await people.chooseEntry(operator, 'Compartir pantalla');
    await sees(operator, 'Estás compartiendo tu pantalla');
    await sees(citizen, 'comparte su pantalla');
    await shows(citizen);
    await people.chooseEntry(operator, 'Dejar de compartir pantalla');
    await until(citizen, 'no screen any more', () => !document.querySelector('.shared-screen'));
  }));

  test('a citizen shares where the service lets him', { timeout: 240_000 }, () => withCall(async (citizen, operator) => {
    await people.chooseEntry(citizen, 'Compartir pantalla');
    await sees(operator, 'Ana Paz comparte su pantalla');
    await shows(operator);
    // A new connection of the page goes on sharing.
    await people.chooseEntry(citizen, 'Actualizar video y sonido');
    await flows(operator);
    await shows(operator);
    await people.chooseEntry(citizen, 'Dejar de compartir pantalla');
    await until(operator, 'no screen any more', () => !document.querySelector('.shared-screen'));
  }, { service: { subcategory: 'ALSMI', service: 'Eximiciones' } }));

  test('a whole call by keyboard alone', { timeout: 240_000 }, async () => {
    const browsers = [await open('chromium'), await open('chromium')];
    try {
      const citizen = await browsers[0].page(server.origin);
      const operator = await browsers[1].page(`${server.origin}/operador`);
      await people.signIn(operator, ...people.OPERATOR);
      await people.available(operator, 'Libre deuda');
      await people.takeTurn(citizen);
      await key(operator, 'Atender contribuyente');
      await sees(operator, 'Se le ha asignado un contribuyente');
      await key(operator, 'Iniciar videoasistencia');
      await key(citizen, 'Aceptar y Acceder a la videoconferencia');
      await key(operator, 'Admitir a');
      await sees(citizen, 'Se está grabando');
      await flows(citizen);
      await key(citizen, 'Silenciar el micrófono');
      await sees(operator, 'Micrófono silenciado');
      await key(operator, 'Re-Iniciar Audio');
      await key(citizen, 'Cancelar silenciar ahora');
      await until(operator, 'the microphone on', () => document.querySelector('[data-testid=incident-microphone]')?.innerText.includes('Micrófono activado'));
      await key(citizen, 'Abrir texto en vivo');
      await reach(citizen, () => document.activeElement.id === 'live-draft');
      await citizen.keyboard.type('hola');
      await sees(operator, 'Ana Paz escribe:');
      await citizen.keyboard.press('Enter');
      await key(citizen, 'Menú');
      await citizen.keyboard.press('End');
      await citizen.keyboard.press('Escape');
      assert.equal(await citizen.evaluate(() => document.activeElement.innerText.trim()), 'Menú');
      await key(operator, 'Finalizar la reunión para todos');
      await key(operator, 'Sí, finalizar la reunión');
      await sees(operator, 'Resultado de la videoasistencia');
      await reach(operator, () => document.activeElement.type === 'radio');
      await operator.keyboard.press('Space');
      await key(operator, 'Finalizar e Interrumpir');
      await sees(citizen, 'Tu atención terminó');
    } finally {
      for (const browser of browsers) await browser.close();
    }
  });
});

async function inCall(citizen, operator, service = {}) {
  await people.signIn(operator, ...people.OPERATOR);
  await people.takeTurn(citizen, service);
  await people.seek(operator, service.service);
  await people.start(operator);
  await people.accept(citizen);
  await people.admit(operator);
  await flows(citizen);
  await flows(operator);
}

/** Picture and voice arrive, whatever the voice says: not each of Chromium's fake microphones beeps. */
async function arrives(page) {
  const count = async () => {
    const sums = { video: 0, audio: 0 };
    for (const report of (await globalThis.__peers.at(-1).getStats()).values()) {
      if (report.type === 'inbound-rtp') sums[report.kind] += report.kind === 'video' ? report.framesDecoded ?? 0 : report.packetsReceived;
    }
    return sums;
  };
  const before = await page.evaluate(count);
  for (let tries = 0; ; tries += 1) {
    const now = await page.evaluate(count);
    if (now.video > before.video + 40 && now.audio > before.audio + 50) return;
    assert.ok(tries < 300, JSON.stringify({ before, now }));
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

/** An entry of the call's menu, by the mouse: what only a person's own click may do. */
async function click(page, name) {
  for (const [where, words] of [['.menu > button', 'Menú'], ['[role=menuitem]', name]]) {
    const found = await page.evaluateHandle((selector, wanted) => [...document.querySelectorAll(selector)].find((one) => one.innerText.trim() === wanted), where, words);
    await found.asElement().click();
  }
}

/** Waits until pictures of a shared screen really come. */
async function shows(page) {
  await until(page, 'pictures of the shared screen', () => {
    const video = document.querySelector('.shared-screen video');
    return video && video.videoWidth > 0 && video.currentTime > 0;
  });
}

/** Opens it with the arrow, walks it round with the arrows, leaves with Escape; the focus comes back. */
/** Nothing of an open menu lies beside the screen, on a telephone either. */
async function menuFits(page) {
  const before = page.viewport();
  for (const width of [320, 360, 768, 1280]) {
    await page.setViewport({ width, height: 740 });
    await press(page, 'Menú');
    const items = await page.evaluate(() => [...document.querySelectorAll('[role=menuitem]')].map((one) => {
      const { left, right } = one.getBoundingClientRect();
      return { words: one.innerText.trim(), left, right, width: document.documentElement.clientWidth };
    }));
    assert.ok(items.length > 0);
    for (const item of items) assert.ok(item.left >= 0 && item.right <= item.width, `${width} px: ${JSON.stringify(item)}`);
    await page.keyboard.press('Escape');
  }
  await page.setViewport(before);
}

async function menuByKeyboard(page) {
  const active = () => page.evaluate(() => [document.activeElement.getAttribute('role'), document.activeElement.innerText.trim()]);
  await page.evaluate(() => [...document.querySelectorAll('.controls button')].find((one) => one.getAttribute('aria-haspopup') === 'menu').focus());
  await page.keyboard.press('ArrowDown');
  const [role, first] = await active();
  assert.equal(role, 'menuitem');
  await page.keyboard.press('ArrowUp');
  const [, last] = await active();
  assert.notEqual(last, first);
  await page.keyboard.press('ArrowDown');
  assert.deepEqual(await active(), ['menuitem', first], 'the menu goes round');
  await page.keyboard.press('End');
  assert.deepEqual(await active(), ['menuitem', last]);
  await page.keyboard.press('Escape');
  assert.deepEqual(await active(), [null, 'Menú']);
  assert.equal(await page.evaluate(() => document.querySelector('[role=menu]')), null);
}

/** Walks with Tab until `there` (run in the page) says that the focus is where it should be. */
async function reach(page, there, ...args) {
  for (let tries = 0; tries < 30; tries += 1) {
    // What is to be reached may still be on its way.
    for (let steps = 0; steps < 80; steps += 1) {
      if (await page.evaluate(there, ...args)) return;
      await page.keyboard.press('Tab');
    }
  }
  throw new Error(`Tab did not lead to ${there} with ${args}; the page says:\n${await page.evaluate(() => document.body.innerText)}`);
}

/** Reaches the button with these words by Tab alone, and presses it with Enter. */
async function key(page, name) {
  await until(page, `the button «${name}»`, (wanted) => [...document.querySelectorAll('button')].some((one) => !one.disabled
    && (one.getAttribute('aria-label') ?? one.innerText).trim().startsWith(wanted)), name);
  await reach(page, (wanted) => document.activeElement.tagName === 'BUTTON'
    && (document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).trim().startsWith(wanted), name);
  await page.keyboard.press('Enter');
}
