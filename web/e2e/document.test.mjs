// "Ver documento" (O12): the citizen is guided, the camera gives its best, and the operator keeps a still of it with the record.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

describe('a document before the camera', () => {
  let server;
  before(async () => { server = await Server.start(); });
  after(async () => { await server?.end(); });

  for (const [citizenKind, operatorKind] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`is seen by an operator in ${operatorKind}, taken from a camera in ${citizenKind}, and kept`, { timeout: 180_000 }, async (context) => {
      const browsers = [await open(citizenKind), await open(operatorKind)];
      try {
        const operator = await browsers[1].page(`${server.origin}/operador`);
        await people.signIn(operator, ...people.OPERATOR);
        const citizen = await browsers[0].page(server.origin, { width: 360, height: 780 });
        await people.takeTurn(citizen);
        const turno = await people.turnoCode(citizen);
        await people.seek(operator);
        await people.start(operator);
        await people.accept(citizen);
        await people.admit(operator);
        await flows(operator);
        const before = await widthOf(citizen);

        await press(operator, 'Ver documento');
        await sees(citizen, 'El operador quiere ver tu documento');
        await sees(citizen, 'Si tenés un fondo virtual, quitalo');
        await until(operator, 'the camera, large', () => document.querySelector('[data-testid=document] video')?.videoWidth > 0);
        await press(operator, 'Acercar');
        await press(operator, 'Acercar');
        assert.equal(await operator.evaluate(() => document.querySelector('[data-testid=document]').dataset.width), '200%');
        assert.ok(await operator.evaluate(() => {
          const view = document.querySelector('.document-view');
          return view.scrollWidth > view.clientWidth * 1.9;
        }), 'larger than its frame, and scrolled');

        await press(operator, 'Tomar imagen');
        await sees(operator, 'La imagen quedó guardada con la atención.');
        await sees(citizen, 'el operador tiene la imagen de tu documento');
        const still = await until(operator, 'the still', () => {
          const image = document.querySelector('[data-testid=document] img');
          return image?.complete && image.naturalWidth > 0 ? { width: image.naturalWidth, height: image.naturalHeight, url: image.src } : null;
        });
        const now = await widthOf(citizen);
        assert.equal(still.width, now, 'as the camera gives it, not as the line does');
        assert.ok(now >= before, `${before} px before, ${now} px while the document is seen`);
        context.diagnostic(`${citizenKind}: camera ${before} px, still ${still.width}x${still.height}`);

        await press(operator, 'Dejar de ver el documento');
        await until(citizen, 'the guide gone', () => !document.body.innerText.includes('quiere ver tu documento'));
        await until(citizen, 'the camera as before', (width) => globalThis.__peers.at(-1).getSenders().find((one) => one.track?.kind === 'video').track.getSettings().width === width, before);
        await people.endMeeting(operator);
        await people.close(operator);
        assert.deepEqual([citizen.problems, operator.problems], [[], []]);
        assert.ok(turno);
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }
});

/** Width of what the camera gives. */
function widthOf(page) {
  return page.evaluate(() => globalThis.__peers.at(-1).getSenders().find((one) => one.track?.kind === 'video').track.getSettings().width);
}
