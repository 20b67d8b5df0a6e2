// A third party (C23): invited by a link that opens once, let in by the operator, recorded only from then on, sent back, removed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { acceptAsGuest, invite, seesPictures, sends, startCall } from './guests.mjs';
import { look } from './look.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';


for (const kind of (process.env.GUESTS ?? 'chromium,firefox').split(','))
  describe(`a guest in ${kind}`, () => {
    let server;
    let chromium;
    let guests;
    before(async () => {
      server = await Server.start();
      chromium = await open('chromium');
      guests = kind === 'chromium' ? chromium : await open(kind);
    });
    after(async () => {
      if (guests !== chromium) await guests?.close();
      await chromium?.close();
      await server?.end();
    });

    test('is invited, accepts, is let in, sent back and removed', { timeout: 280_000 }, async () => {
      const { citizen, operator } = await startCall(chromium, server);
      await flows(citizen);
      await sends(citizen, ['l']);
      const link = await invite(citizen, 'Intérprete');
      assert.match(link, /\/invitado#[\w-]{22}$/);
      const guest = await guests.page(link);
      await sees(guest, 'Te invitaron a una videollamada');
      assert.equal(await guest.evaluate(() => location.hash), '', 'the secret stays in no address bar');
      // Another browser with the same link.
      const elsewhere = await (guests === chromium ? chromium.browser.createBrowserContext() : guests.browser.createBrowserContext());
      const thief = await elsewhere.newPage();
      await thief.goto(link, { waitUntil: 'domcontentloaded' });
      await sees(thief, 'Este enlace ya se usó en otro navegador');
      await elsewhere.close();

      await press(guest, 'Aceptar y Acceder a la videoconferencia');
      await sees(guest, 'Escribí tu nombre y apellido');
      await acceptAsGuest(guest, 'Inés Sol');
      await sees(operator, 'Inés Sol');
      assert.equal(await guest.evaluate(() => globalThis.__peers.length), 0, 'no media before admission');
      await press(operator, 'Admitir a Inés Sol');
      await flows(guest);
      await seesPictures(guest, 2);
      await seesPictures(citizen, 2);
      await seesPictures(operator, 2);
      await sees(citizen, 'Inés Sol · Intérprete');
      const { l, m, h } = await sends(citizen, ['l', 'm', 'h']);
      assert.deepEqual([m, h], [2 * l, 4 * l], 'three people: three sizes');
      await people.say(guest, 'Traduzco lo que digan');
      await people.read(citizen, 'Traduzco lo que digan');
      await press(guest, 'Abrir texto en vivo');
      await guest.focus('#live-draft');
      await guest.keyboard.type('y lo escribo');
      await until(citizen, 'the guest writing', () =>
        document.querySelector('[data-testid=live-others]')?.innerText.includes('Inés Sol escribe: y lo escribo'));

      // Asked by the operator, switched on by the guest alone.
      await press(guest, 'Apagar la cámara');
      await press(operator, 'Preguntar para iniciar vídeo a Inés Sol');
      await sees(guest, 'El operador te pide activar la cámara');
      await look(guest, 'guest-01-asked');
      await press(guest, 'Iniciar mi video');
      await sees(guest, 'Apagar la cámara');

      await press(citizen, 'Fijar intérprete: Inés Sol');
      await until(citizen, 'the interpreter is kept large', () =>
        document.querySelector('[data-testid=stage-main] .stage-name')?.innerText.includes('Inés Sol'));

      await press(operator, 'Devolver a la espera a Inés Sol');
      await sees(guest, 'El operador te pidió que esperes afuera de la llamada');
      await seesPictures(citizen, 1);
      // A browser may begin small and grow with what the line carries.
      assert.ok((await sends(citizen, ['l'])).l > l, 'two people: one whole picture again');
      await press(operator, 'Admitir a Inés Sol');
      await seesPictures(guest, 2);
      await press(operator, 'Quitar de la llamada a Inés Sol');
      await press(operator, 'Sí, quitar');
      await sees(guest, 'Ya no participás en esta atención');
      await flows(citizen);

      const late = await invite(operator, 'Representante');
      await press(citizen, 'Finalizar llamada');
      await people.endMeeting(operator);
      await people.close(operator);
      const stranger = await guests.page(late);
      await sees(stranger, 'Este enlace ya no sirve');
      assert.deepEqual([...guest.problems, ...citizen.problems, ...operator.problems], []);

      const turno = await people.turnoCode(citizen);
      const officer = await chromium.page(`${server.origin}/oficina`);
      await people.signIn(officer, ...people.COMPLIANCE);
      await people.openRecord(officer, turno, 'control del invitado');
      await sees(officer, 'Aceptado por Inés Sol');
      await sees(officer, 'Se admitió a un invitado: Inés Sol · Intérprete');
      await sees(officer, 'Se quitó a un invitado: Inés Sol · Intérprete');
      await until(officer, 'the guest\'s track', () =>
        [...document.querySelectorAll('.track video')].some((video) => video.ariaLabel?.includes('Inés Sol')));
    });
  });
