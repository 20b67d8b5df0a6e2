// Line icons, drawn by hand, always beside words: they carry no meaning of their own.
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  camera: 'M3 7h11v10H3zM14 11l7-4v10l-7-4',
  'camera-off': 'M3 7h11v10H3zM14 11l7-4v10l-7-4M2 3l20 18',
  captions: 'M3 5h18v14H3zM7 11h4M13 11h4M7 15h6M15 15h2',
  chat: 'M4 5h16v11H9l-5 4z',
  check: 'M4 12l6 6L20 6',
  copy: 'M8 8h12v12H8zM4 16V4h12',
  device: 'M7 2h10v20H7zM11 18h2',
  hangup: 'M3 14c5-5 13-5 18 0l-2 3-4-2v-2a9 9 0 0 0-6 0v2l-4 2z',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
  menu: 'M4 6h16M4 12h16M4 18h16',
  microphone: 'M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3',
  'microphone-off': 'M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3M3 3l18 18',
  next: 'M9 5l7 7-7 7',
  pause: 'M8 5v14M16 5v14',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c1-5 4-7 8-7s7 2 8 7',
  pin: 'M9 3h6l-1 7 4 4H6l4-4zM12 14v7',
  play: 'M7 4l13 8-13 8z',
  record: 'M12 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12z',
  refresh: 'M20 5v5h-5M4 19v-5h5M19 10a7 7 0 0 0-13-3M5 14a7 7 0 0 0 13 3',
  screen: 'M3 4h18v12H3zM8 20h8M12 16v4',
  search: 'M10 4a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l6 6',
  share:
    'M6 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM18 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM18 15a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM9 11l6-4M9 13l6 4',
  sound: 'M4 9h4l6-5v16l-6-5H4zM17 8c2 2 2 6 0 8',
  warning: 'M12 3l10 18H2zM12 10v5M12 17.5v.5',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
