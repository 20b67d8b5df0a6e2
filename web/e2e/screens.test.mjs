// Every screen of a real visit, fed by the real server, at 1280 and 360 pixels: axe finds nothing, nothing scrolls sideways.
// The pictures lie in e2e/out for human eyes.
import { after, before, describe, test } from 'node:test';
import { open, press, sees } from './browser.mjs';
import { look } from './look.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

describe('screens', () => {
  let server;
  let browser;
  before(async () => {
    server = await Server.start();
    browser = await open('chromium');
  });
  after(async () => {
    await browser?.close();
    await server?.end();
  });

  test('of a whole visit', { timeout: 400_000 }, async () => {
    const citizen = await browser.page(server.origin);
    const operator = await browser.page(`${server.origin}/operador`);
    await sees(operator, 'Ingreso de operadores');
    await look(operator, 'operator-01-sign-in');
    await people.signIn(operator, ...people.OPERATOR);
    await sees(operator, 'Servicios activos');
    await look(operator, 'operator-02-idle');
    await press(operator, 'Marcar NO en todos');
    await sees(operator, 'No estás disponible en ningún servicio');
    await look(operator, 'operator-02-off');

    await sees(citizen, 'Atención por videollamada');
    await look(citizen, 'citizen-01-landing');
    await press(citizen, 'Ingresos Municipales');
    await sees(citizen, 'Seleccioná la subcategoría');
    await look(citizen, 'citizen-02-subcategories');
    await press(citizen, 'Automotor');
    await sees(citizen, 'Seleccioná el trámite');
    await look(citizen, 'citizen-03-services');
    await press(citizen, 'Libre deuda');
    await sees(citizen, 'Tus datos');
    await press(citizen, 'Continuar');
    await sees(citizen, 'Hay un problema');
    await look(citizen, 'citizen-04-form-faults');
    await people.fillForm(citizen);
    await sees(citizen, 'Probá tu cámara y tu micrófono');
    await look(citizen, 'citizen-05-before-permission');
    await press(citizen, 'Probar cámara y micrófono');
    await sees(citizen, 'La cámara y el micrófono funcionan.');
    await look(citizen, 'citizen-06-devices');
    await press(citizen, 'Continuar');
    await sees(citizen, 'Confirmar turno');
    await look(citizen, 'citizen-07-confirm');
    await press(citizen, 'Confirmar');
    await sees(citizen, 'Sala de espera');
    await look(citizen, 'citizen-08-waiting');

    await people.seek(operator, 'Cambio de radicación');
    await sees(operator, 'A la espera de atender contribuyente');
    await look(operator, 'operator-03-seeking');
    await press(operator, 'Interrumpir');
    await people.seek(operator);
    await sees(operator, 'Se le ha asignado un contribuyente');
    await look(operator, 'operator-04-assigned');
    await sees(citizen, 'Se le ha asignado un operador');
    await look(citizen, 'citizen-09-assigned');
    await people.start(operator);
    await people.accept(citizen);
    await sees(citizen, 'Espere a ser admitido');
    await look(citizen, 'citizen-10-called');
    await sees(operator, 'espera para entrar');
    await look(operator, 'operator-05-lobby');
    await people.admit(operator);
    await flows(citizen);
    await flows(operator);
    await people.say(citizen, 'Buen día');
    await people.read(operator, 'Buen día');
    await look(citizen, 'citizen-11-call');
    await look(operator, 'operator-06-call');
    await press(citizen, 'Finalizar llamada');
    await sees(citizen, 'Volver a la llamada');
    await look(citizen, 'citizen-12-interrupted');
    await sees(operator, 'salió de la llamada');
    await look(operator, 'operator-07-away');
    await people.endMeeting(operator);
    await look(operator, 'operator-08-result');
    await sees(citizen, 'La videollamada terminó');
    await look(citizen, 'citizen-13-ended');
    await people.close(operator);
    await sees(citizen, 'Tu atención terminó');
    await look(citizen, 'citizen-14-closed');
    const turno = await people.turnoCode(citizen);

    const officer = await browser.page(`${server.origin}/oficina`);
    await sees(officer, 'Ingreso de la oficina');
    await look(officer, 'office-01-sign-in');
    await people.signIn(officer, ...people.COMPLIANCE);
    await sees(officer, 'Buscar grabaciones');
    await look(officer, 'office-02-search');
    await people.openRecord(officer, turno, 'control de las pantallas');
    await sees(officer, 'La cadena de huellas está completa');
    await look(officer, 'office-03-record');
    await press(officer, 'Registro de accesos');
    await sees(officer, 'control de las pantallas');
    await look(officer, 'office-04-access');
    await press(citizen, 'Sacar otro turno');
    await sees(citizen, 'Atención por videollamada');
    for (const page of [citizen, operator, officer]) await page.close();
  });

  test('of leaving', { timeout: 120_000 }, async () => {
    const citizen = await browser.page(server.origin);
    await people.takeTurn(citizen);
    await press(citizen, 'Abandonar');
    await sees(citizen, '¿Querés abandonar la fila?');
    await look(citizen, 'citizen-15-leaving');
    await press(citizen, 'Sí, abandonar');
    await sees(citizen, 'Abandonaste el turno');
    await look(citizen, 'citizen-16-left');
  });
});
