// Draws what tools/growth measured: share of a core, and delay, over the number of calls. Usage: growth.mjs FOLDER > FILE.svg
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (rooms, who) => {
    const path = join(folder, String(rooms), `${who}.json`);
    return existsSync(path) && readFileSync(path, 'utf8').trim() !== '' ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};
const runs = readdirSync(folder)
    .map(Number)
    .filter(Number.isFinite)
    .sort((one, other) => one - other)
    .map((rooms) => ({ rooms, bare: read(rooms, 'bare'), server: read(rooms, 'server') }));

const [width, height, left, top] = [360, 240, 60, 50];
const roomsMax = Math.max(...runs.map((run) => run.rooms));

function panel(number, title, lines) {
    const x0 = left + number * (width + 90);
    const values = lines.flatMap((line) => line.points.map(([, value]) => value));
    const step = [0.5, 1, 2, 5, 10, 20, 50, 100].find((step) => step * 6 >= Math.max(...values)) ?? 200;
    const valueMax = Math.ceil(Math.max(...values) / step) * step;
    const x = (rooms) => x0 + (rooms / roomsMax) * width;
    const y = (value) => top + height - (value / valueMax) * height;
    const parts = [`<text x="${x0}" y="${top - 20}" font-weight="bold">${title}</text>`];
    for (let value = 0; value <= valueMax; value += step) {
        parts.push(`<path d="M${x0} ${y(value)}h${width}" stroke="#ddd"/>`);
        parts.push(`<text x="${x0 - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`);
    }
    for (const { rooms } of runs.filter((run) => run.rooms >= roomsMax / 12)) {
        parts.push(`<text x="${x(rooms)}" y="${top + height + 18}" text-anchor="middle">${rooms}</text>`);
    }
    parts.push(`<text x="${x0 + width}" y="${top + height + 36}" text-anchor="end">calls of two people</text>`);
    lines.forEach(({ name, colour, points }, index) => {
        const way = points.map(([rooms, value], at) => `${at ? 'L' : 'M'}${x(rooms).toFixed(1)} ${y(value).toFixed(1)}`).join('');
        parts.push(`<path d="${way}" fill="none" stroke="${colour}" stroke-width="2"/>`);
        for (const [rooms, value] of points) {
            parts.push(`<circle cx="${x(rooms).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3.5" fill="${colour}"/>`);
        }
        const row = top + 12 + index * 18;
        parts.push(`<path d="M${x0 + 12} ${row}h20" stroke="${colour}" stroke-width="2"/><text x="${x0 + 38}" y="${row + 4}">${name}</text>`);
    });
    return parts.join('\n');
}

const points = (who, value) => runs.filter((run) => run[who]).map((run) => [run.rooms, value(run[who])]);
const panels = [
    panel(0, 'Share of one core, %', [
        { name: 'server, recording', colour: '#0b5cad', points: points('server', (report) => report.server.core_percent) },
        { name: 'bare loop', colour: '#777', points: points('bare', (report) => report.server.core_percent) },
    ]),
    panel(1, 'Forwarding delay, ms', [
        { name: 'server, p99', colour: '#b3261e', points: points('server', (report) => report.forwarding_ms.p99) },
        { name: 'server, p50', colour: '#0b5cad', points: points('server', (report) => report.forwarding_ms.p50) },
        { name: 'bare loop, p99', colour: '#777', points: points('bare', (report) => report.forwarding_ms.p99) },
    ]),
];
const [all, tall] = [left + 2 * (width + 90), top + height + 50];
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${tall}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`);
