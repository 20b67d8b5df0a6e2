// What is done with guests on the screens (es-AR), and what their pictures are like.
import assert from 'node:assert/strict';
import { fill, press, sees, TIMEOUT_MS, until } from './browser.mjs';
import * as people from './people.mjs';

/** The link on the screen of whoever has just made one; the dialog is closed. */
export async function invite(page, role) {
  await press(page, 'Menú');
  await press(page, 'Compartir videollamada');
  await sees(page, '¿Como qué va a participar?');
  await until(page, `the choice «${role}»`, (wanted) => {
    const label = [...document.querySelectorAll('dialog label')].find((one) => one.innerText.trim() === wanted);
    label?.control?.click();
    return Boolean(label);
  }, role);
  await press(page, 'Crear el enlace');
  await sees(page, `Enlace para ${role}`);
  const link = await until(page, 'the link', () => document.querySelector('dialog .code')?.innerText);
  assert.ok(await page.$('dialog svg.qr path'), 'a QR code is beside it');
  await press(page, 'Cerrar');
  return link;
}

/** Accepts the notice under this name; waits to be let in. */
export async function acceptAsGuest(page, name) {
  await sees(page, 'Te invitaron a una videollamada');
  await sees(page, 'la videoconferencia va a ser grabada');
  await fill(page, 'Tu nombre y apellido', name);
  await press(page, 'Aceptar y Acceder a la videoconferencia');
  await sees(page, 'Espere a ser admitido');
}

/** Waits until pictures of so many people were decoded since now, each of them. */
export async function seesPictures(page, count) {
  const streams = () => until(page, 'a peer', async () => {
    const peer = (globalThis.__peers ?? []).filter((one) => one.connectionState === 'connected').at(-1);
    if (!peer) return null;
    const frames = {};
    for (const report of (await peer.getStats()).values())
      if (report.type === 'inbound-rtp' && report.kind === 'video') frames[report.mid ?? report.id] = report.framesDecoded ?? 0;
    return frames;
  });
  const before = await streams();
  const deadline = Date.now() + TIMEOUT_MS;
  let now = before;
  for (;;) {
    now = await streams();
    const moving = Object.entries(now).filter(([mid, frames]) => frames > (before[mid] ?? 0) + 5);
    if (moving.length === count) return;
    assert.ok(Date.now() < deadline, `pictures of ${count} people: ${JSON.stringify({ before, now })}`);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
  }
}

export async function startCall(browser, server) {
  const operator = await browser.page(`${server.origin}/operador`);
  await people.signIn(operator, ...people.OPERATOR);
  const citizen = await browser.page(server.origin);
  await people.takeTurn(citizen);
  await people.seek(operator);
  await people.start(operator);
  await people.accept(citizen);
  await people.admit(operator);
  return { citizen, operator };
}

/** Widths of the pictures that are sent, of the layers whose packets flow now. */
export function sent(page) {
  return page.evaluate(async () => {
    const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
    const layers = () => peer.getStats().then((stats) => [...stats.values()]
      .filter((one) => one.type === 'outbound-rtp' && one.kind === 'video' && one.rid));
    const before = new Map((await layers()).map((one) => [one.rid, one.packetsSent ?? 0]));
    await new Promise((resolve) => { setTimeout(resolve, 1_500); });
    return Object.fromEntries((await layers())
      .filter((one) => (one.packetsSent ?? 0) > (before.get(one.rid) ?? 0) + 5)
      .map((one) => [one.rid, one.frameWidth]));
  });
}

/** Until the layers are these. */
export async function sends(page, rids) {
  const deadline = Date.now() + LAYERS_TIMEOUT_MS;
  for (;;) {
    const now = await sent(page);
    if (Object.keys(now).sort().join() === [...rids].sort().join()) return now;
    assert.ok(Date.now() < deadline, `layers ${rids.join()}, not ${JSON.stringify(now)}`);
  }
}

/** A browser sends the highest layer some seconds after the others. */
const LAYERS_TIMEOUT_MS = 25_000;
