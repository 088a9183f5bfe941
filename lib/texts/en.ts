/** English. */
import type { Texts } from './texts.js';

export const en: Texts = {
  language: 'en',
  direction: 'ltr',

  refusals: {
    invalid_address: 'That does not look like an email address.',
    invalid_request: 'The request was not understood.',
    payload_too_large: 'The request was too large.',
    method_not_allowed: 'This address does not take that method.',
    cross_site: 'The request came from another site.',
    rate_limited: 'Please wait a little, and ask again.',
    link_invalid: 'This login link is not valid. It may have been cut off on the way.',
    link_expired: 'This login link has expired.',
    wrong_browser: 'This login link works only in the browser that asked for it. Open it there.',
    link_used: 'This login link has already been used.',
    link_revoked: 'This login link has been withdrawn.',
    code_wrong: 'This code does not work. Use the one of the newest mail, or ask for a new link.',
    login_refused: 'This address cannot log in here.',
    login_required: 'Please log in first.',
    step_up_required: 'This needs a second factor.',
    factor_wrong: 'That was not right, or it was used before.',
    factor_locked: 'There were too many wrong tries. Please wait 15 minutes, or use another way.',
  },
  waitSeconds: (seconds) => `Please wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, and ask again.`,
  waitMinutes: (minutes) => `Please wait ${minutes} minutes, and ask again.`,

  unknownBrowser: 'an unknown browser',
  browserOnSystem: (browser, system) => `${browser} on ${system}`,
  askedFor: (browser, time) => `Asked for in ${browser}, ${time}.`,
  happenedIn: (browser, time) => `In ${browser}, ${time}.`,

  newLink: 'Ask for a new link',
  sendNewLink: 'Send me a new link',
  goOn: 'Continue',
  tryAgain: 'Try again',

  form: {
    title: 'Log in',
    intro: 'We send you a link. Open it in this browser.',
    email: 'Email address',
    button: 'Send me a link',
    invited: (address) => `You are invited to log in as ${address}.`,
  },
  sent: {
    title: 'Check your inbox',
    intro: (address) => `If ${address ?? 'this address'} can log in here, a link is on its way to it.`,
    where: 'Open the link in this browser.',
    codeIntro: 'Opened the mail somewhere else? Open the link there: it shows a code, and you type it here.',
    code: 'Code',
    codeButton: 'Log in with the code',
    codeSwitchesUser: 'Somebody is logged in here already. The code logs them out and you in.',
    again: 'Send it again',
    againIn: (seconds) => `You can send it again in ${seconds} seconds.`,
    spam: 'Nothing there after a minute? Look into the spam folder.',
    wrongAddress: 'Wrong address?',
    opened: 'I have opened the link',
    loggedIn: 'You are logged in',
  },
  landing: {
    title: 'Did you ask for this link here?',
    intro: 'A login link works only in the browser that asked for it.',
    button: 'Go on',
  },
  confirm: {
    title: 'Log in',
    intro: 'One click, and you are logged in.',
    switchTitle: 'Log in again?',
    switchIntro: 'Somebody is logged in here already. This link logs them out and you in.',
    button: 'Log in',
  },
  code: {
    title: 'Type this code where you asked',
    intro: 'This browser did not ask for the link. Go back to the one that did, and type:',
    only: (origin) => `Type it at ${origin}, and nowhere else.`,
    secret: 'Tell it to nobody: whoever asks you for it wants to log in as you.',
  },
  hop: { title: 'Opening your link' },
  refused: { title: 'This did not work' },
  unavailable: {
    title: 'One moment, please',
    intro: 'Logging in is not possible right now. Please try again in a few seconds.',
  },
  notMe: {
    title: 'You did not ask for this mail?',
    intro:
      'Then somebody typed your address, perhaps by mistake. Without your mailbox the link is of no use to them. Tell us, and we look into it.',
    button: 'This was not me',
    endLinks: 'This was not me: end all my links',
    old: 'This page belongs to a mail that is too old, or it was cut off on the way. Nothing needs to be done.',
  },
  reported: {
    title: 'Thank you for telling us',
    advice: [
      'Do not open the link, and do not pass on the mail or any code.',
      'If such mails keep coming, somebody may be trying to get into your mailbox: change its password and turn on its second factor.',
      'Look whether your mailbox forwards mail to an address that you do not know.',
    ],
    ended: (links) =>
      links === 0
        ? 'There was no live link.'
        : links === 1
          ? 'One live link was ended.'
          : `${links} live links were ended.`,
  },

  mail: {
    subject: (name) => `Log in to ${name}`,
    intro: (name, minutes) =>
      `Use this link to log in to ${name}. It works once, for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
    button: 'Log in',
    where: 'Open it in the browser that asked for it. Anywhere else it only shows a code to type there.',
    whereOnly: 'The link works only in the browser that asked for it. Open it there; anywhere else it does nothing.',
    code: 'Or type this code there. Tell it to nobody:',
    notYou: 'If that was not you, do not pass on this mail, and tell us:',
    notMe: 'This was not me',
  },
  invitation: {
    subject: (name) => `You are invited to ${name}`,
    intro: (name, days) =>
      `You are invited to log in to ${name}. The invitation holds for ${days === 1 ? 'a day' : `${days} days`}.`,
    button: 'Accept',
    how: 'It opens the login page with your address filled in. You are then sent a link that logs you in.',
    notYou: 'If you do not know what this is about, ignore this mail.',
  },
  notices: {
    newBrowser: {
      subject: (name) => `New login to ${name}`,
      what: (name) => `Somebody logged in to ${name} as you, in a browser that is new here or has deleted its cookies.`,
      ifYou: 'If that was you, there is nothing to do.',
      ifNot: (name) =>
        `If it was not, somebody else can read your mail. Change the password of your mailbox, turn on its second factor, and look whether it forwards mail to an address that you do not know. Then tell those who run ${name}.`,
    },
    usedElsewhere: {
      subject: (name) => `A used login link of ${name} was tried again`,
      what: (name) =>
        `A link that has logged you in to ${name} was tried again, in another browser. It logged nobody in there.`,
      ifYou: 'If that was you, ask for a new link in that browser.',
      ifNot: () =>
        'If it was not, somebody else has seen a mail of yours. Pass on no login mail, change the password of your mailbox, and look whether it forwards mail to an address that you do not know.',
    },
    wrongCodes: {
      subject: (name) => `Wrong login codes at ${name}`,
      what: (name) =>
        `Somebody tried to log in to ${name} as you, and typed five wrong codes. Nobody was logged in by them.`,
      ifYou: 'If that was you, use the link in the mail, or ask for a new one.',
      ifNot: () =>
        'If it was not, somebody is guessing, and gets nowhere without your mailbox. Tell no code to anybody, whoever asks for it.',
    },
    addressChanged: {
      subject: (name) => `Your address at ${name} was changed`,
      what: (name) =>
        `Somebody changed the email address of your account at ${name}. Once the new one is confirmed, this one does not log in any more.`,
      ifYou: 'If that was you, there is nothing to do.',
      ifNot: (name) => `If it was not, somebody else has your account: tell those who run ${name}, at once.`,
    },
  },

  stepUp: {
    labels: { passkey: 'Passkey', totp: 'Authenticator app' },
    confirm: {
      title: 'Confirm that it’s you',
      intro: 'To continue, use one of your second factors.',
      held: 'This login has to be confirmed. To continue, use one of your second factors.',
      notEnough: 'To continue, you need a second factor of another kind than the ones you have.',
      noneActive: 'To continue, you need a second factor. Yours isn’t active yet.',
      none: 'To continue, you need a second factor. You haven’t set one up yet.',
      code: (label) => `Code from your ${inSentence(label)}`,
      button: 'Confirm',
      usePasskey: 'Use your passkey',
      recovery: 'Use a recovery code',
      recoveryCode: 'Recovery code',
      recoveryButton: 'Use this code',
      manage: 'Manage your second factors',
      setUp: 'Set up a second factor',
    },
    factors: {
      title: 'Your second factors',
      intro: 'They protect what a link in your email must not open on its own.',
      none: 'You haven’t set one up yet.',
      added: (time) => `Added on ${time}`,
      remove: 'Remove',
      add: (label) => `Add ${inSentence(label)}`,
      codesLeft: (count) =>
        count === 1 ? 'You have one recovery code left.' : `You have ${count} recovery codes left.`,
      newCodes: 'Create new recovery codes',
      lossTitle: 'Lost your device?',
      lossIntro: 'If you have no recovery code either, you can end all your second factors. This takes a while.',
      reportLoss: 'End all my second factors',
      lossReported: (time) => `A lost device was reported. All your second factors end on ${time}.`,
      withdrawLoss: 'Keep my second factors',
    },
    waiting: {
      title: 'Added, but not active yet',
      activeFrom: (time) => `Active from ${time}`,
      notYou: 'If you didn’t add this, cancel it and secure your mailbox. Someone else may be reading your email.',
      cancel: 'Cancel',
    },
    enrol: {
      scan: 'Scan this with your authenticator app, or enter the key in it. Then enter the code that it shows.',
      key: 'Key',
      code: 'Code',
      button: 'Add',
    },
    enrolled: {
      title: 'Second factor added',
      active: (label) => `${label}: active from now on.`,
      waiting: (label, time) => `${label}: active from ${time}. Until then, only your mailbox vouches for it.`,
      codesTitle: 'Your recovery codes',
      codesIntro:
        'If you lose your device, use one of these codes instead. Each works once. Print or copy them now and keep them somewhere safe. They won’t be shown again.',
      continue: 'Continue',
    },
    withoutFactor: {
      title: 'We can’t confirm this login',
      intro:
        'Something about this login is unusual, so it has to be confirmed with a second factor. You have none that is active.',
      advice: [
        'Log out. Then log in again from a device and a place that you usually use.',
        'Secure your mailbox. Change its password, turn on two-step verification, and check whether it forwards email to an address you don’t know.',
        'If you still can’t log in, contact support.',
      ],
    },
    unavailable: { title: 'Temporarily unavailable', intro: 'Please try again in a few seconds.' },
    back: 'Back to your second factors',
    passkey: {
      needsScript: 'Passkeys need JavaScript.',
      unsupported: 'This browser doesn’t support passkeys. Use another browser or another method.',
      failed: 'That didn’t work. Try again or use another method.',
    },
    notices: {
      enrolled: {
        subject: (name) => `A second factor was added at ${name}`,
        what: (label) => `A second factor was added to your account: ${label}.`,
      },
      waiting: {
        subject: (name) => `A second factor is about to be added at ${name}`,
        what: (label, at) =>
          `A second factor was added to your account: ${label}. It becomes active on ${at}, unless you cancel it first.`,
      },
      cancelled: {
        subject: (name) => `A second factor was cancelled at ${name}`,
        what: (label) => `A second factor was cancelled before it became active: ${label}.`,
      },
      removed: {
        subject: (name) => `A second factor was removed at ${name}`,
        what: (label) => `A second factor was removed from your account: ${label}.`,
      },
      recovery_code_used: {
        subject: (name) => `A recovery code was used at ${name}`,
        what: () => 'One of your recovery codes was used.',
      },
      recovery_codes_renewed: {
        subject: (name) => `New recovery codes at ${name}`,
        what: () => 'New recovery codes were created for your account. The old ones no longer work.',
      },
      locked: {
        subject: (name) => `Wrong codes entered at ${name}`,
        what: () =>
          'Too many wrong codes were entered for your second factors. No code will be accepted for 15 minutes.',
      },
      lost: {
        subject: (name) => `A lost device was reported at ${name}`,
        what: (_label, at) =>
          `Someone who is logged in to your account reported a lost device. All your second factors end on ${at}, unless you use one of them first.`,
      },
      loss_withdrawn: {
        subject: (name) => `You keep your second factors at ${name}`,
        what: () => 'The report of a lost device was withdrawn.',
      },
    },
    ifNotYou:
      'If this wasn’t you, log in, check your second factors, and secure your mailbox. Someone else may be reading your email.',
  },
};

/** "Passkey" becomes "passkey" inside a sentence; "YubiKey" and "SMS" stay. */
const inSentence = (label: string): string =>
  label.replace(/^\p{Lu}(?=\p{Ll}*(?: |$))/u, (letter) => letter.toLowerCase());
