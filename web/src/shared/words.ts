// Generated from locales/ by tools/words.mjs (`npm run words`); do not edit.

export interface SharedWords {
  'language': undefined
  'language-es-AR': undefined
  'language-es-ES': undefined
  'language-es-CO': undefined
  'language-en': undefined
  'skip': undefined
  'title-error': { title: string | number }
  'title-page': { title: string | number; product: string | number }
  'title-alert': { title: string | number; product: string | number }
  'back': undefined
  'copy': undefined
  'copied': undefined
  'copy-failed': undefined
  'cancel': undefined
  'loading': undefined
  'try-again': undefined
  'link-connecting': undefined
  'link-reconnecting': undefined
  'link-back': undefined
  'outdated-title': undefined
  'outdated-text': undefined
  'outdated-button': undefined
  'summary-title': undefined
  'refusal-version': undefined
  'refusal-malformed': undefined
  'refusal-too_long': undefined
  'refusal-hello_expected': undefined
  'refusal-out_of_order': undefined
  'refusal-too_fast': undefined
  'refusal-no_session': undefined
  'refusal-other_device': undefined
  'refusal-forbidden': undefined
  'refusal-wrong_password': undefined
  'refusal-not_found': undefined
  'refusal-offer': undefined
  'refusal-invalid': undefined
  'refusal-full': undefined
  'refusal-people_wait': undefined
  'refusal-storage': undefined
  'refusal-reason_needed': undefined
  'refusal-file_form': undefined
  'refusal-file_damaged': undefined
  'refusal-file_harmful': undefined
  'refusal-file_unchecked': undefined
  'refusal-invitation_used': undefined
  'refusal-invitation_over': undefined
  'refusal-wrong_code': undefined
  'refusal-network': undefined
  'sign-in-account': undefined
  'sign-in-password': undefined
  'sign-in-button': undefined
  'sign-in-account-missing': undefined
  'sign-in-password-missing': undefined
  'sign-out': undefined
  'password-show': undefined
  'password-hide': undefined
  'role-citizen': undefined
  'role-operator': undefined
  'role-companion': undefined
  'role-interpreter': undefined
  'role-representative': undefined
  'role-guest': undefined
  'name-and-role': { name: string | number; role: string | number }
  'name-self': { name: string | number }
  'self-view': undefined
  'self-view-off': undefined
  'camera': undefined
  'microphone': undefined
  'camera-turn-off': undefined
  'camera-turn-on': undefined
  'microphone-turn-off': undefined
  'microphone-turn-on': undefined
  'camera-on': undefined
  'camera-off': undefined
  'camera-blocked': undefined
  'camera-missing': undefined
  'camera-withheld': undefined
  'microphone-on': undefined
  'microphone-off': undefined
  'microphone-blocked': undefined
  'microphone-missing': undefined
  'microphone-withheld': undefined
  'line-test': { path: string | number; loss: string | number; kbps: string | number; rtt: string | number }
  'line-path-udp': undefined
  'line-path-tcp': undefined
  'line-path-relay': undefined
  'line-path-none': undefined
  'remote-no-picture': { name: string | number }
  'picture-of': { name: string | number }
  'remote-waiting': { name: string | number }
  'remote-paused': { name: string | number }
  'sound-blocked': undefined
  'sound-start': undefined
  'recording': undefined
  'recording-paused': undefined
  'not-recording': undefined
  'recording-failed': undefined
  'call-elapsed': undefined
  'call-connecting': undefined
  'call-connected': undefined
  'call-disconnected': undefined
  'call-lost': undefined
  'people-title': undefined
  'people-waiting': undefined
  'people-invited': undefined
  'people-away': undefined
  'people-guest': { role: string | number }
  'speaking': undefined
  'pin': undefined
  'pin-interpreter': undefined
  'pin-name': { name: string | number }
  'pin-interpreter-name': { name: string | number }
  'unpin': undefined
  'unpin-name': { name: string | number }
  'stage-others': undefined
  'line-badge-unstable': undefined
  'line-badge-critical': undefined
  'line-own-unstable': undefined
  'line-own-critical': undefined
  'line-trouble-line': undefined
  'line-trouble-voice_up': undefined
  'line-trouble-voice_down': undefined
  'line-trouble-picture_up': undefined
  'line-trouble-picture_down': undefined
  'line-relief-repairing': undefined
  'line-relief-picture_reduced': undefined
  'line-relief-waiting': undefined
  'chat': undefined
  'chat-show': undefined
  'chat-hide': undefined
  'chat-unread': { count: number }
  'chat-empty': undefined
  'chat-message': undefined
  'chat-send': undefined
  'chat-from-self': undefined
  'chat-policy-incidencias': undefined
  'chat-policy-conversacion': undefined
  'chat-policy-registro': undefined
  'result-success': undefined
  'result-technical_error': undefined
  'result-functional_error': undefined
  'result-abandoned': undefined
  'captions-show': undefined
  'captions-hide': undefined
  'captions': undefined
  'captions-none': undefined
  'close': undefined
  'menu': undefined
  'menu-refresh': undefined
  'menu-devices': undefined
  'menu-screen': undefined
  'menu-screen-stop': undefined
  'menu-window': undefined
  'menu-full': undefined
  'menu-full-end': undefined
  'devices-title': undefined
  'devices-hint': undefined
  'devices-camera': undefined
  'devices-microphone': undefined
  'devices-speaker': undefined
  'devices-none': undefined
  'devices-numbered': { number: string | number }
  'devices-failed': undefined
  'menu-blur': undefined
  'menu-unblur': undefined
  'background': undefined
  'background-none': undefined
  'background-blurred': undefined
  'background-hint': undefined
  'background-impossible': undefined
  'background-starting': undefined
  'background-slow': undefined
  'background-failed': undefined
  'background-show': undefined
  'background-retry': undefined
  'self-view-starting': undefined
  'microphone-silent': undefined
  'microphone-silent-choose': undefined
  'screen-of': { name: string | number }
  'screen-own': undefined
  'live-show': undefined
  'live-hide': undefined
  'live-title': undefined
  'live-how': undefined
  'live-policy-incidencias': undefined
  'live-policy-conversacion': undefined
  'live-policy-registro': undefined
  'live-lines': undefined
  'live-nobody': undefined
  'live-writes': { name: string | number }
  'live-own': undefined
  'live-done': undefined
  'time-left': undefined
  'time-warning': { minutes: string | number }
  'incident-help': { what: string | number }
  'incident-origin': undefined
  'incident-remedy': undefined
  'incident-camera-off-origin': undefined
  'incident-camera-off-remedy': undefined
  'incident-camera-missing-origin': undefined
  'incident-camera-missing-remedy': undefined
  'incident-camera-blocked-origin': undefined
  'incident-camera-blocked-remedy': undefined
  'incident-camera-withheld-origin': undefined
  'incident-camera-withheld-remedy': undefined
  'incident-microphone-off-origin': undefined
  'incident-microphone-off-remedy': undefined
  'incident-microphone-missing-origin': undefined
  'incident-microphone-missing-remedy': undefined
  'incident-microphone-blocked-origin': undefined
  'incident-microphone-blocked-remedy': undefined
  'incident-microphone-withheld-origin': undefined
  'incident-microphone-withheld-remedy': undefined
  'incident-camera-off-own-origin': undefined
  'incident-camera-off-own-remedy': undefined
  'incident-camera-missing-own-origin': undefined
  'incident-camera-missing-own-remedy': undefined
  'incident-camera-blocked-own-origin': undefined
  'incident-camera-blocked-own-remedy': undefined
  'incident-camera-withheld-own-origin': undefined
  'incident-camera-withheld-own-remedy': undefined
  'incident-microphone-off-own-origin': undefined
  'incident-microphone-off-own-remedy': undefined
  'incident-microphone-missing-own-origin': undefined
  'incident-microphone-missing-own-remedy': undefined
  'incident-microphone-blocked-own-origin': undefined
  'incident-microphone-blocked-own-remedy': undefined
  'incident-microphone-withheld-own-origin': undefined
  'incident-microphone-withheld-own-remedy': undefined
  'chat-number-found': { kind: string | number }
  'chat-number-rule': undefined
  'chat-number-mend': undefined
  'chat-number-send': undefined
  'share': undefined
  'share-text': undefined
  'share-role': undefined
  'share-make': undefined
  'share-full': undefined
  'share-ready': { role: string | number }
  'share-once': undefined
  'share-qr': undefined
  'share-qr-hint': undefined
  'share-another': undefined
  'share-close': undefined
  'notice-accept-title': undefined
  'asked-camera': undefined
  'asked-camera-yes': undefined
  'asked-microphone': undefined
  'asked-microphone-yes': undefined
  'asked-no': undefined
  'file-menu': undefined
  'file-send-title': undefined
  'file-rules': undefined
  'file-browse': undefined
  'file-photo': undefined
  'file-drop': undefined
  'file-chosen': { name: string | number; size: string | number }
  'file-send': undefined
  'file-sending': { name: string | number }
  'file-percent': { percent: string | number }
  'file-checking': undefined
  'file-cancel': undefined
  'file-cancelled': undefined
  'file-sent': undefined
  'file-close': undefined
  'file-large': { size: string | number }
  'file-full': undefined
  'file-late': undefined
  'file-network': undefined
  'files-title': undefined
  'file-came': { name: string | number }
  'file-still': { number: string | number }
  'file-unnamed': { number: string | number }
  'file-look': undefined
  'file-look-label': { name: string | number }
  'file-save': undefined
  'file-pdf': undefined
  'pair-call': undefined
  'pair-call-text': undefined
  'pair-address': undefined
  'pair-code': undefined
  'pair-once': undefined
  'pair-qr': undefined
  'pair-making': undefined
  'pair-over': undefined
  'pair-another': undefined
  'pair-close': undefined
  'pair-sound': undefined
  'pair-sound-text': undefined
  'phone-there': undefined
  'phone-back': undefined
  'by-phone': undefined
}

export interface CitizenWords {
  'product-citizen': undefined
  'place-kept': undefined
  'footer-needs': undefined
  'landing-title': undefined
  'landing-intro': undefined
  'landing-how': undefined
  'catalogue-failed': undefined
  'catalogue-empty': undefined
  'search-label': undefined
  'search-hint': undefined
  'search-results': { count: number }
  'search-none': undefined
  'category-title': undefined
  'subcategory-title': undefined
  'service-title': undefined
  'service-intro': undefined
  'service-count': { count: number }
  'service-take': undefined
  'service-waiting': { count: number }
  'service-operators': { count: number }
  'service-hours': { hours: string | number }
  'service-recorded': undefined
  'path': undefined
  'form-title': undefined
  'form-service': undefined
  'form-name': undefined
  'form-name-hint': undefined
  'form-document': undefined
  'form-document-hint': undefined
  'form-submit': undefined
  'form-privacy': undefined
  'form-name-missing': undefined
  'form-name-long': undefined
  'form-document-missing': undefined
  'form-document-wrong': undefined
  'check-title': undefined
  'unsupported-title': undefined
  'unsupported-text': undefined
  'unsupported-link': undefined
  'check-before': undefined
  'check-mandatory': undefined
  'check-how': undefined
  'check-start': undefined
  'check-asking': undefined
  'check-self': undefined
  'check-level': undefined
  'check-level-hint': undefined
  'check-heard': undefined
  'check-silent': undefined
  'check-loopback': undefined
  'check-loopback-runs': undefined
  'check-loopback-picture': undefined
  'check-loopback-listen': undefined
  'check-loopback-stop': undefined
  'check-loopback-hint': undefined
  'line-good': undefined
  'line-weak': undefined
  'line-bad': undefined
  'line-none': undefined
  'line-not-tested': undefined
  'check-speaker': undefined
  'check-speaker-test': undefined
  'check-speaker-hint': undefined
  'check-choose': undefined
  'check-sound-only': undefined
  'check-sound-only-hint': undefined
  'check-ready-sound': undefined
  'check-ready': undefined
  'check-again': undefined
  'check-continue': undefined
  'check-not-ready': undefined
  'fix-camera-blocked': undefined
  'fix-camera-missing': undefined
  'fix-microphone-blocked': undefined
  'fix-microphone-missing': undefined
  'fix-camera-withheld': undefined
  'fix-microphone-withheld': undefined
  'allow-chromium': undefined
  'allow-firefox': undefined
  'allow-safari': undefined
  'confirm-title': undefined
  'confirm-intro': undefined
  'confirm-code': undefined
  'confirm-name': undefined
  'confirm-body': undefined
  'confirm-branch': undefined
  'confirm-service': undefined
  'confirm-button': undefined
  'confirm-cancel': undefined
  'waiting-title': undefined
  'waiting-your-turn': undefined
  'waiting-position-value': { position: string | number }
  'waiting-live': { position: string | number }
  'waiting-next': undefined
  'waiting-desk': undefined
  'waiting-no-desk': undefined
  'waiting-operators': { count: number }
  'waiting-how': undefined
  'waiting-preview': undefined
  'waiting-preview-hide': undefined
  'waiting-preview-show': undefined
  'leave': undefined
  'leave-title': undefined
  'leave-text': undefined
  'leave-yes': undefined
  'leave-no': undefined
  'assigned-title': undefined
  'assigned-operator': undefined
  'assigned-number': undefined
  'assigned-desk': undefined
  'notice-title': undefined
  'notice-version': { version: string | number }
  'accept': undefined
  'abandon': undefined
  'abandon-title': undefined
  'abandon-remark': undefined
  'abandon-remark-hint': undefined
  'abandon-remark-long': { max: string | number }
  'accepted-title': undefined
  'accepted-text': undefined
  'called-title': undefined
  'called-text': { name: string | number }
  'call-title': undefined
  'call-controls': undefined
  'call-hang-up': undefined
  'call-with': { name: string | number }
  'interrupted-title': { code: string | number }
  'interrupted-text': undefined
  'interrupted-attended': undefined
  'interrupted-return': undefined
  'interrupted-after': undefined
  'interrupted-finish': undefined
  'interrupted-lost': undefined
  'finish-title': undefined
  'finish-text': undefined
  'finish-yes': undefined
  'finish-no': undefined
  'ended-title': undefined
  'ended-text': { name: string | number }
  'closed-title': undefined
  'closed-text': undefined
  'closed-code': undefined
  'abandoned-title': undefined
  'abandoned-text': undefined
  'expired-title': undefined
  'expired-text': undefined
  'again': undefined
  'elsewhere-title': undefined
  'elsewhere-text': undefined
  'elsewhere-button': undefined
  'replaced-title': undefined
  'replaced-text': undefined
  'replaced-button': undefined
  'move': undefined
  'move-text': undefined
  'move-making': undefined
  'move-qr': undefined
  'move_here-title': undefined
  'move_here-text': undefined
  'move_here-button': undefined
  'move_other-title': undefined
  'move_other-text': undefined
  'move_other-button': undefined
  'move_over-title': undefined
  'move_over-text': undefined
  'move_over-button': undefined
  'alert-assigned': undefined
  'alert-called': undefined
  'alert-call': undefined
  'recording-failed-help': undefined
  'call-camera-mandatory': undefined
  'document-title': undefined
  'document-text': undefined
  'document-own': undefined
  'document-light': undefined
  'document-focus': undefined
  'document-blur': undefined
  'document-background': undefined
  'document-taking': undefined
  'document-taken': undefined
  'document-failed': undefined
}

export interface OperatorWords {
  'product-operator': undefined
  'sign-in-title': undefined
  'header-title': undefined
  'header-operator': undefined
  'header-name': undefined
  'header-desk': undefined
  'header-attended': undefined
  'services-title': undefined
  'availability-title': undefined
  'availability-hint': undefined
  'availability-all': undefined
  'availability-none': undefined
  'service-waiting': undefined
  'service-available': undefined
  'service-available-for': { service: string | number; group: string | number }
  'yes': undefined
  'no': undefined
  'off-title': undefined
  'off-text': undefined
  'inactive-title': undefined
  'inactive-text': undefined
  'inactive-waiting': { count: number }
  'seek': undefined
  'seeking-title': undefined
  'seeking-next': { seconds: string | number }
  'seeking-push': undefined
  'interrupt': undefined
  'card-title': undefined
  'card-document': undefined
  'card-name': undefined
  'card-service': undefined
  'card-code': undefined
  'card-turno-code': undefined
  'card-waited': undefined
  'card-recorded': undefined
  'card-recorded-yes': undefined
  'card-recorded-no': undefined
  'card-line': undefined
  'card-line-good': undefined
  'card-line-weak': undefined
  'card-line-bad': undefined
  'card-line-none': undefined
  'card-line-untested': undefined
  'card-accepted': undefined
  'card-not-accepted': undefined
  'card-present': undefined
  'card-absent': undefined
  'card-remark': undefined
  'abandoned': undefined
  'assigned-title': undefined
  'start': undefined
  'started-title': undefined
  'lobby-title': undefined
  'lobby-empty': undefined
  'lobby-someone': { name: string | number }
  'admit': undefined
  'admit-name': { name: string | number }
  'guests-title': undefined
  'send-back': undefined
  'send-back-name': { name: string | number }
  'remove': undefined
  'remove-name': { name: string | number }
  'remove-link': undefined
  'remove-link-name': { name: string | number }
  'remove-title': { name: string | number }
  'remove-text': undefined
  'remove-yes': undefined
  'remove-no': undefined
  'representative-warning': undefined
  'end-meeting': undefined
  'end-meeting-title': undefined
  'end-meeting-text': undefined
  'end-meeting-yes': undefined
  'end-meeting-no': undefined
  'call-title': { name: string | number }
  'call-zone': undefined
  'call-controls': undefined
  'state-zone': undefined
  'call-away': undefined
  'line-citizen-unstable': undefined
  'line-citizen-critical': undefined
  'line-citizen-line': undefined
  'line-citizen-voice_up': undefined
  'line-citizen-voice_down': undefined
  'line-citizen-picture_up': undefined
  'line-citizen-picture_down': undefined
  'form-locked': undefined
  'wrap-title': undefined
  'wrap-result': undefined
  'wrap-result-hint': undefined
  'wrap-result-missing': undefined
  'result-success-definition': undefined
  'result-technical_error-definition': undefined
  'result-functional_error-definition': undefined
  'result-abandoned-definition': undefined
  'wrap-notes': undefined
  'wrap-notes-hint': undefined
  'wrap-notes-kept': undefined
  'wrap-notes-long': { max: string | number }
  'wrap-seek': undefined
  'wrap-interrupt': undefined
  'wrap-resume': undefined
  'own-devices': undefined
  'own-devices-test': undefined
  'own-devices-hint': undefined
  'own-camera-blocked': undefined
  'own-camera-missing': undefined
  'own-microphone-blocked': undefined
  'own-microphone-missing': undefined
  'own-camera-withheld': undefined
  'own-microphone-withheld': undefined
  'own-again': undefined
  'replaced-title': undefined
  'replaced-text': undefined
  'replaced-button': undefined
  'alert-assigned': undefined
  'alert-lobby': { name: string | number }
  'recording-failed-help': undefined
  'extend': { minutes: string | number }
  'extend-once': undefined
  'extend-none': undefined
  'extend-waiting': { count: number }
  'average-warning': { minutes: string | number }
  'call-away-offer': undefined
  'incidents-title': undefined
  'ask-camera': undefined
  'ask-camera-of': { name: string | number }
  'ask-microphone': undefined
  'ask-microphone-of': { name: string | number }
  'document-title': undefined
  'document-hint': undefined
  'document-no-camera': undefined
  'document-see': undefined
  'document-region': undefined
  'document-live': undefined
  'document-still': { number: string | number }
  'document-larger': undefined
  'document-smaller': undefined
  'document-take': undefined
  'document-taking': undefined
  'document-taken': undefined
  'document-failed': undefined
  'document-back': undefined
  'document-end': undefined
  'asked-declined': undefined
  'phrases': undefined
  'phrases-hint': undefined
  'phrase-hear': undefined
  'phrase-camera': undefined
  'phrase-microphone': undefined
  'phrase-document': undefined
  'phrase-background': undefined
  'phrase-no-camera': undefined
  'phrase-wait': undefined
  'elsewhere-call': undefined
  'elsewhere-call-away': undefined
  'elsewhere-call-back': undefined
  'document-elsewhere': undefined
}

export interface OfficeWords {
  'product-office': undefined
  'sign-in-title': undefined
  'later-title': undefined
  'later-text': { role: string | number }
  'later-compliance': undefined
  'later-operator': undefined
  'role-operator-account': undefined
  'role-supervisor': undefined
  'role-compliance': undefined
  'role-editor': undefined
  'role-admin': undefined
  'nav': undefined
  'nav-search': undefined
  'nav-access': undefined
  'search-title': undefined
  'search-intro': undefined
  'search-reason': undefined
  'search-reason-hint': undefined
  'search-reason-short': { min: string | number }
  'search-reason-long': { max: string | number }
  'search-code': undefined
  'search-code-hint': undefined
  'search-from': undefined
  'search-to': undefined
  'search-code-wrong': undefined
  'search-days-wrong': undefined
  'search-button': undefined
  'results-title': undefined
  'results-count': { count: number }
  'results-more': undefined
  'results-caption': undefined
  'column-taken': undefined
  'column-code': undefined
  'column-service': undefined
  'column-operator': undefined
  'column-result': undefined
  'column-recorded': undefined
  'column-open': undefined
  'result-none': undefined
  'not-recorded': undefined
  'open-record': undefined
  'open-record-code': { code: string | number }
  'open-title': { code: string | number }
  'open-button': undefined
  'record-title': { code: string | number }
  'record-back': undefined
  'who-title': undefined
  'who-citizen': undefined
  'who-document': undefined
  'who-operator': undefined
  'who-guest': { role: string | number }
  'who-never': undefined
  'who-service': undefined
  'who-code': undefined
  'who-taken': undefined
  'who-result': undefined
  'who-notes': undefined
  'who-remark': undefined
  'none-written': undefined
  'acceptances-title': undefined
  'acceptances-none': undefined
  'acceptance-by': { name: string | number; at: string | number }
  'acceptance-version': { version: string | number; language: string | number }
  'acceptance-hash': undefined
  'events-title': undefined
  'chat-title': undefined
  'chat-not-kept': { count: number }
  'integrity-intact': { count: number }
  'integrity-broken': { count: number }
  'integrity-empty': undefined
  'player-title': undefined
  'player-none': undefined
  'player-preparing': undefined
  'player-play': undefined
  'player-pause': undefined
  'player-position': undefined
  'player-position-text': { position: string | number; length: string | number }
  'player-back': undefined
  'player-forward': undefined
  'player-interval': { number: string | number }
  'player-track': { role: string | number; name: string | number }
  'player-track-away': undefined
  'player-gaps': { time: string | number }
  'player-no-gaps': undefined
  'player-failed': undefined
  'player-at': { at: string | number }
  'access-title': undefined
  'access-caption': undefined
  'access-none': undefined
  'access-at': undefined
  'access-account': undefined
  'access-action': undefined
  'access-record': undefined
  'access-reason': undefined
  'access-nothing': undefined
  'access-search': undefined
  'access-open': undefined
  'access-play': undefined
  'access-file': undefined
  'event-turn_taken': undefined
  'event-notice_accepted': undefined
  'event-confirmed': undefined
  'event-assigned': undefined
  'event-place_restored': undefined
  'event-entered': undefined
  'event-started': undefined
  'event-called': undefined
  'event-admitted': undefined
  'event-interrupted': undefined
  'event-returned': undefined
  'event-resumed': undefined
  'event-extended': undefined
  'event-meeting_ended': undefined
  'event-abandoned_after_assignment': undefined
  'event-closed': undefined
  'event-abandoned': undefined
  'event-expired': undefined
  'event-forgotten': undefined
  'event-line_lost': undefined
  'event-line_back': undefined
  'event-recording_started': undefined
  'event-recording_stopped': undefined
  'event-recording_failed': undefined
  'event-chat_sent': undefined
  'event-file_kept': undefined
  'event-line_judged': undefined
  'event-guest_invited': undefined
  'event-guest_accepted': undefined
  'event-guest_admitted': undefined
  'event-guest_sent_back': undefined
  'event-guest_left': undefined
  'event-guest_removed': undefined
  'event-of': { event: string | number; who: string | number }
  'line-event': { who: string | number; what: string | number; how: string | number }
  'line-who-citizen': undefined
  'line-who-operator': undefined
  'line-who-companion': undefined
  'line-who-interpreter': undefined
  'line-who-representative': undefined
  'line-what-voice_up': undefined
  'line-what-voice_down': undefined
  'line-what-picture_up': undefined
  'line-what-picture_down': undefined
  'line-what-line': undefined
  'line-how-stable': undefined
  'line-how-unstable': undefined
  'line-how-critical': undefined
  'player-marks': undefined
  'player-mark': { position: string | number; what: string | number }
  'event-other': { kind: string | number }
  'player-by-phone': { title: string | number }
}

export interface GuestWords {
  'product-guest': undefined
  'place-kept': undefined
  'footer-needs': undefined
  'entering-title': undefined
  'closed-title': undefined
  'closed-text': undefined
  'no-link': undefined
  'invited-title': undefined
  'invited-text': { role: string | number; body: string | number }
  'invited-service': undefined
  'invited-branch': undefined
  'invited-role': undefined
  'invited-name': undefined
  'invited-name-hint': undefined
  'name-missing': undefined
  'name-long': undefined
  'notice-version': { version: string | number }
  'invited-permission': undefined
  'accept': undefined
  'decline': undefined
  'waiting-title': undefined
  'waiting-text': undefined
  'waiting-back-text': undefined
  'waiting-check': undefined
  'waiting-level': undefined
  'waiting-again': undefined
  'asking': undefined
  'leave': undefined
  'leave-title': undefined
  'leave-text': undefined
  'leave-yes': undefined
  'leave-no': undefined
  'call-title': undefined
  'call-controls': undefined
  'alert-call': undefined
  'interrupted-title': undefined
  'interrupted-text': undefined
  'left-title': undefined
  'left-text': undefined
  'removed-title': undefined
  'removed-text': undefined
  'ended-title': undefined
  'ended-text': undefined
  'elsewhere-title': undefined
  'elsewhere-text': undefined
  'elsewhere-button': undefined
  'recording-failed-help': undefined
}

export interface MachineWords {
  'product-machine': undefined
  'entering-title': undefined
  'code-title': undefined
  'code-text': undefined
  'code-label': undefined
  'code-hint': undefined
  'code-missing': undefined
  'code-button': undefined
  'owner': { name: string | number; number: string | number; desk: string | number }
  'idle-title': undefined
  'idle-text': undefined
  'started-title': undefined
  'started-text': undefined
  'awaited': undefined
  'call-title': undefined
  'call-controls': undefined
  'call-away': undefined
  'recording-failed-help': undefined
  'give-back': undefined
  'give-back-title': undefined
  'give-back-text': undefined
  'give-back-yes': undefined
  'give-back-no': undefined
  'left-title': undefined
  'left-text': undefined
  'left-button': undefined
  'sound-title': { name: string | number }
  'sound-connecting': undefined
  'sound-in-call': undefined
  'sound-waiting': undefined
  'sound-level': undefined
  'sound-again': undefined
  'sound-hang-up': undefined
}
