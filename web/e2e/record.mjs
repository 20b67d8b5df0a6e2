// What is in a recorded WebM, asked of ffprobe and ffmpeg: independent of every line of ours.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIMIT = { maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] };
const RATE = 8_000;

/** Container duration in seconds, and the codecs. */
export function probe(file) {
  const text = execFileSync('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', file], LIMIT);
  const { format, streams } = JSON.parse(text);
  return { duration: Number(format.duration), codecs: streams.map((stream) => stream.codec_name).sort() };
}

/** First and last presentation time in seconds of the stream 'a' or 'v', decoded whole; throws when a frame does not decode. */
export function span(file, stream) {
  const text = execFileSync('ffprobe', ['-v', 'error', '-select_streams', stream, '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', file], LIMIT).toString();
  const times = text.split('\n').map((line) => parseFloat(line)).filter((time) => !Number.isNaN(time));
  return { frames: times.length, first: times[0], last: times.at(-1) };
}

/** Mean colour [r, g, b] of the picture's upper edge, over one frame a second: the person's own colour. */
export function colour(file) {
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-vf', 'fps=1,crop=iw:ih/6:0:0,scale=1:1:flags=area', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], LIMIT);
  const sums = [0, 0, 0];
  raw.forEach((value, index) => { sums[index % 3] += value; });
  return sums.map((sum) => Math.round(sum / (raw.length / 3)));
}

/** Power of `tone` against the strongest of `others`, over the whole voice. */
export function toneRatio(file, tone, others) {
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:a', '-ac', '1', '-ar', String(RATE), '-f', 's16le', '-'], LIMIT);
  const samples = new Int16Array(raw.buffer, raw.byteOffset, raw.byteLength >> 1);
  const power = (hertz) => goertzel(samples, hertz);
  return power(tone) / Math.max(1e-9, ...others.map(power));
}

/** Mean power at one frequency over windows of 50 ms (Goertzel 1958). */
function goertzel(samples, hertz) {
  const size = RATE / 20;
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let total = 0;
  let windows = 0;
  for (let start = 0; start + size <= samples.length; start += size) {
    let before = 0;
    let last = 0;
    for (let index = start; index < start + size; index += 1) {
      const now = samples[index] / 32768 + coefficient * last - before;
      before = last;
      last = now;
    }
    total += last * last + before * before - coefficient * last * before;
    windows += 1;
  }
  return windows ? total / windows : 0;
}

/** Side of the little pictures that the squares are read from: a square of `source.mjs` is 8 × 8 of their points. */
const LITTLE = { width: 64, height: 48 };

/** [presentation time in ms, moment of drawing in ms] of each picture whose squares can be read. */
export function moments(file, rows) {
  const { width, height } = LITTLE;
  const times = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', file], LIMIT)
    .toString().split('\n').map(parseFloat).filter((time) => !Number.isNaN(time));
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:v', '-fps_mode', 'passthrough', '-vf', `scale=${width}:${height}:flags=area`,
    '-pix_fmt', 'gray', '-f', 'rawvideo', '-'], LIMIT);
  const bit = (frame, row, column) => {
    const y = Math.floor(height * (rows.first + (row + 0.5) * rows.height));
    return raw[frame * width * height + y * width + column * 8 + 4] > 127 ? 1 : 0;
  };
  const byte = (frame, row) => [...Array(8).keys()].reduce((value, column) => (value << 1) | bit(frame, row, column), 0);
  return times.map((time, frame) => [time * 1_000, byte(frame, 0), byte(frame, 1), byte(frame, 2)])
    .filter(([, high, low, both]) => (high ^ low) === both)
    .map(([at, high, low]) => [at, (high << 8) | low]);
}

/** When the tone begins, in ms of presentation time: loud after at least 150 ms of quiet. */
export function beats(file) {
  const rate = 48_000;
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:a', '-ac', '1', '-ar', String(rate), '-f', 's16le', '-'], LIMIT);
  const samples = new Int16Array(raw.buffer, raw.byteOffset, raw.byteLength >> 1);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const found = [];
  let loudAt = 0;
  samples.forEach((sample, index) => {
    if (Math.abs(sample) < loudest * 0.3) return;
    if (index - loudAt > rate * 0.15) found.push((index * 1_000) / rate);
    loudAt = index;
  });
  return found;
}

/**
 * How far voice and picture are apart at each beat: [presentation time, ms]; positive: the voice is late.
 * `audio`: what `makeSource` noted about the clock of its sound.
 */
export function skews(pictures, onsets, audio, { beatMs, clockMs }) {
  const wrapped = (value, period) => ((((value + period / 2) % period) + period) % period) - period / 2;
  return onsets.flatMap((at) => {
    // Presentation time − moment of drawing, of the pictures around the beat.
    const near = pictures.filter(([time]) => Math.abs(time - at) < 500);
    if (near.length < 8) return [];
    const lead = median(near.map(([time, drawn]) => wrapped(time - drawn - (near[0][0] - near[0][1]), clockMs))) + near[0][0] - near[0][1];
    const drawnAt = at - lead;
    const clocks = audio.filter(([second]) => Math.abs(wrapped(second * 1_000 + 500 - drawnAt, clockMs)) < 3_000);
    if (clocks.length < 3) return [];
    const offset = median(clocks.map(([, least]) => least));
    return [[at, wrapped(drawnAt - offset, beatMs)]];
  });
}

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1];
}

/** A track of an opened record, as a file. */
export async function download(officer, url) {
  const base64 = await officer.evaluate(async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    let text = '';
    for (let start = 0; start < bytes.length; start += 32_768) text += String.fromCharCode(...bytes.subarray(start, start + 32_768));
    return btoa(text);
  }, url);
  const file = join(tmpdir(), `ventanilla-track-${process.pid}-${url.match(/tracks\/(\d+)/)[1]}.webm`);
  writeFileSync(file, Buffer.from(base64, 'base64'));
  return file;
}
