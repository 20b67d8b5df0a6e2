// One person's face and voice, unlike anybody else's: a coloured moving pattern and a pulsing tone, made by ffmpeg.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SECONDS = 10;

/** `colour`: an ffmpeg colour; `tone`: Hz. The tone pulses, since a steady one is taken for noise and suppressed. */
export function person(colour, tone) {
  const folder = mkdtempSync(join(tmpdir(), 'ventanilla-person-'));
  const video = join(folder, 'face.mjpeg');
  const audio = join(folder, 'voice.wav');
  const quiet = ['-hide_banner', '-loglevel', 'error', '-y'];
  execFileSync('ffmpeg', [...quiet, '-f', 'lavfi', '-i', `color=${colour}:s=640x480:r=20:d=${SECONDS}`,
    '-f', 'lavfi', '-i', `testsrc=s=160x120:r=20:d=${SECONDS}`, '-filter_complex', '[0][1]overlay=x=mod(t*64\\,480):y=180',
    '-c:v', 'mjpeg', '-q:v', '4', video]);
  execFileSync('ffmpeg', [...quiet, '-f', 'lavfi', '-i', `aevalsrc='0.5*sin(2*PI*${tone}*t)*gt(mod(t\\,0.6)\\,0.2)':s=48000:d=${SECONDS}`, audio]);
  return { colour, tone, video, audio, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
