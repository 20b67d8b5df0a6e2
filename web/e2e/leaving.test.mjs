// Leaving and reloading: every door out of the journey, and the same point after a reload.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fill, open, press, sees, until } from './browser.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const REMARK = 'Me llaman del trabajo, vuelvo mañana';

describe('leaving', () => {
  let server;
  let browser;
  let desk;
  before(async () => {
    server = await Server.start();
    browser = await open('chromium');
    desk = await open('firefox');
  });
  after(async () => {
    await browser?.close();
    await desk?.close();
    await server?.end();
  });

  test('cancelling instead of confirming gives the turn up', { timeout: 120_000 }, async () => {
    const citizen = await browser.page(server.origin);
    await people.chooseService(citizen, 'Automotor', 'Libre deuda');
    await people.fillForm(citizen);
    await people.checkDevices(citizen);
    await press(citizen, 'Cancelar');
    await sees(citizen, 'Abandonaste el turno');
    await press(citizen, 'Sacar otro turno');
    await sees(citizen, 'Atención por videollamada');
    await citizen.close();
  });

  test('every step survives a reload; a remark on leaving reaches operator and record', { timeout: 240_000 }, async () => {
    const citizen = await browser.page(server.origin);
    const operator = await desk.page(`${server.origin}/operador`);
    await people.signIn(operator, ...people.OPERATOR);
    await people.chooseService(citizen, 'Automotor', 'Libre deuda');
    await people.fillForm(citizen);
    await sees(citizen, 'Probá tu cámara y tu micrófono');
    await citizen.reload();
    await people.checkDevices(citizen);
    await press(citizen, 'Confirmar');
    await sees(citizen, 'Sala de espera');
    const turno = await people.turnoCode(citizen);
    await people.seek(operator);
    await sees(operator, 'Se le ha asignado un contribuyente');
    await sees(citizen, 'Se le ha asignado un operador');
    for (const page of [citizen, operator]) await page.reload();
    await sees(operator, 'Se le ha asignado un contribuyente');
    await sees(citizen, 'Aceptar y Acceder a la videoconferencia');
    await fill(citizen, 'Observaciones (en caso de abandonar)', REMARK);
    await press(citizen, 'Abandonar');
    await pressIfAsked(citizen, 'Sí, abandonar');
    await sees(citizen, 'Abandonaste el turno');
    await sees(operator, 'El contribuyente asignado ha abandonado el sistema. Finalice la reunión y espere a que se le asigne otro contribuyente.');
    await sees(operator, REMARK);
    await finishAbandoned(operator);
    await sees(operator, 'A la espera de atender contribuyente');
    const officer = await desk.page(`${server.origin}/oficina`);
    await people.signIn(officer, ...people.COMPLIANCE);
    await fill(officer, 'Motivo', 'control del día');
    await officer.evaluate(() => document.activeElement.blur());
    await people.openRecord(officer, turno, 'control del día');
    await sees(officer, REMARK);
    await sees(officer, 'Abandono del contribuyente');
    await sees(officer, 'Esta atención no tiene grabación.');
    for (const page of [citizen, operator, officer]) await page.close();
  });
});

async function pressIfAsked(page, name) {
  const asked = await page.evaluate((words) => [...document.querySelectorAll('button')]
    .some((button) => button.getClientRects().length > 0 && button.innerText.includes(words)), name);
  if (asked) await press(page, name);
}

/** O9: whatever the console asks to end first, the result is preset; "Finalizar y Atender siguiente". */
async function finishAbandoned(operator) {
  const ending = await operator.evaluate(() => [...document.querySelectorAll('button')].some((button) => /Finalizar la reunión para todos/.test(button.innerText)));
  if (ending) {
    await press(operator, 'Finalizar la reunión para todos');
    await pressIfAsked(operator, 'Sí, finalizar la reunión');
  }
  const preset = await until(operator, 'a preset result', () => {
    const chosen = document.querySelector('input[type=radio]:checked');
    return chosen && (chosen.labels?.[0]?.innerText ?? '');
  });
  assert.match(preset, /Abandono del contribuyente/);
  await press(operator, 'Finalizar y Atender siguiente');
}
