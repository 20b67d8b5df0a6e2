// What is in a recorded WebM, asked of ffprobe and ffmpeg: independent of every line of ours.
import { execFileSync } from 'node:child_process';

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
