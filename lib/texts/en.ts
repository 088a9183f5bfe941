/** The English catalogue. */
import type { Texts } from './texts.js';

export const en: Texts = {
  language: 'en',
  direction: 'ltr',

  refusals: {
    invalid_address: 'That doesn’t look like an email address. Check it for typos.',
    invalid_request: 'Something is wrong with that request. Please try again.',
    payload_too_large: 'That request was too large.',
    method_not_allowed: 'This page doesn’t accept that kind of request.',
    cross_site: 'That request came from another site, so it was refused.',
    rate_limited: 'Please wait a moment and try again.',
    link_invalid: 'This login link isn’t valid. Part of it may be missing.',
    link_expired: 'This login link has expired.',
    wrong_browser: 'This login link works only in the browser where it was requested. Open it there.',
    link_used: 'This login link has already been used.',
    link_revoked: 'This login link has been cancelled.',
    code_wrong: 'That code doesn’t work. Use the code for the latest link, or request a new link.',
    login_refused: 'You can’t log in here with this address.',
    login_required: 'Please log in first.',
    step_up_required: 'You need a second factor to continue.',
    factor_wrong: 'That’s incorrect or has already been used.',
    factor_locked: 'Too many failed attempts. Wait 15 minutes. If it still doesn’t work, use another method.',
  },
  waitSeconds: (seconds) => `Please wait ${seconds === 1 ? 'one second' : `${seconds} seconds`} and try again.`,
  waitMinutes: (minutes) => `Please wait ${minutes} minutes and try again.`,

  unknownBrowser: 'an unknown browser',
  browserOnSystem: (browser, system) => `${browser} on ${system}`,
  requestedIn: (browser, time) => `Requested on ${time}, in ${browser}.`,
  happenedIn: (browser, time) => `On ${time}, in ${browser}.`,

  newLink: 'Request a new link',
  sendNewLink: 'Send me a new link',
  continue: 'Continue',
  tryAgain: 'Try again',

  form: {
    title: 'Log in',
    intro: 'We’ll email you a link. Open it in this browser.',
    email: 'Email address',
    button: 'Send me a link',
    invited: (address) => `You’ve been invited to log in as ${address}.`,
  },
  sent: {
    title: 'Check your inbox',
    intro: (address) => `If ${address ?? 'this address'} can log in here, a link is on its way.`,
    where: 'Open the link in this browser.',
    codeIntro: 'Reading the email on another device? Open the link there to get a code, then enter the code here.',
    code: 'Code',
    codeButton: 'Log in with the code',
    codeSwitchesUser: 'Someone is already logged in here. If you use the code, they’ll be logged out.',
    resend: 'Send me a new link',
    resendIn: (seconds) => `You can request a new link in ${seconds} seconds.`,
    spam: 'Nothing after a minute? Check your spam folder.',
    wrongAddress: 'Use a different address',
    opened: 'I’ve opened the link',
    loggedIn: 'You’re logged in',
  },
  landing: {
    title: 'Is this the right browser?',
    intro: 'A login link works only in the browser where it was requested. Press Continue and we’ll check.',
    button: 'Continue',
  },
  confirm: {
    title: 'Log in',
    intro: 'Confirm that you want to log in.',
    switchTitle: 'Log in with this link?',
    switchIntro: 'Someone is already logged in here. If you continue, they’ll be logged out.',
    button: 'Log in',
  },
  code: {
    title: 'Enter this code where you requested the link',
    intro: 'The link was requested in another browser. If that was you, go back there and enter this code:',
    only: (origin) => `Enter it only at ${origin} and nowhere else.`,
    secret: 'Never share it. Anyone who asks you for it is trying to log in as you.',
  },
  hop: { title: 'Opening your link' },
  refused: { title: 'That didn’t work' },
  unavailable: {
    title: 'Login is temporarily unavailable',
    intro: 'Please try again in a few seconds.',
  },
  notMe: {
    title: 'Didn’t request this email?',
    intro:
      'Someone entered your address to get a login link, possibly by mistake. Don’t open the link, and don’t share the email or any code. Report it so that we can look into it.',
    button: 'Report it',
    endLinks: 'Report it and cancel all my links',
    expired: 'The email is too old, or part of the link is missing. You don’t need to do anything.',
  },
  reported: {
    title: 'Thanks for letting us know',
    advice: [
      'Don’t open the link, and don’t share the email or any code.',
      'If you keep getting these emails, someone may be trying to get into your mailbox. Change its password and turn on two-step verification.',
      'Check whether your mailbox forwards email to an address you don’t know.',
    ],
    ended: (links) =>
      links === 0
        ? 'There were no active links to cancel.'
        : `${links === 1 ? 'One active link was' : `${links} active links were`} cancelled.`,
  },

  mail: {
    subject: (name) => `Log in to ${name}`,
    intro: (name, minutes) =>
      `Use this link to log in to ${name}. It works once and is valid for ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.`,
    button: 'Log in',
    where:
      'Open the link in the browser where you requested it. Any other browser only shows a code to enter in the first one.',
    whereOnly:
      'The link works only in the browser where you requested it. Open it there. In any other browser, it does nothing.',
    code: 'Or enter this code in the browser where you requested the link. Don’t share it with anyone:',
    notYou: 'If you didn’t request this email, don’t forward it, and let us know:',
    notMe: 'This wasn’t me',
  },
  invitation: {
    subject: (name) => `Invitation to ${name}`,
    intro: (name, days) =>
      `You’ve been invited to log in to ${name}. The invitation is valid for ${days === 1 ? 'one day' : `${days} days`}.`,
    button: 'Accept invitation',
    how: 'This opens the login page with your address filled in. From there, we’ll email you a link that logs you in.',
    notYou: 'If you weren’t expecting an invitation, you can ignore this email.',
  },
  notices: {
    newBrowser: {
      subject: (name) => `New login to ${name}`,
      what: (name) => `Someone logged in to your account at ${name}. The browser is new, or its cookies were deleted.`,
      ifYou: 'If this was you, you don’t need to do anything.',
      ifNot: (name) =>
        `If this wasn’t you, someone else may be able to read your email. Change your mailbox password, turn on two-step verification, and check whether your mailbox forwards email to an address you don’t know. Then contact ${name} support.`,
    },
    usedElsewhere: {
      subject: (name) => `A used login link for ${name} was tried again`,
      what: (name) =>
        `A link that had already logged you in to ${name} was tried again in another browser. It didn’t log anyone in there.`,
      ifYou: 'If this was you, request a new link in that browser.',
      ifNot: () =>
        'If this wasn’t you, someone else has seen one of your emails. Don’t forward login emails, change your mailbox password, and check whether your mailbox forwards email to an address you don’t know.',
    },
    wrongCodes: {
      subject: (name) => `Wrong login codes entered at ${name}`,
      what: (name) => `Someone tried to log in to ${name} as you and entered five wrong codes. None of them worked.`,
      ifYou: 'If this was you, use the link in the email or request a new one.',
      ifNot: () =>
        'If this wasn’t you, someone may be guessing codes. Never share a login code, no matter who asks for it.',
    },
    addressChanged: {
      subject: (name) => `Your email address at ${name} was changed`,
      what: (name) =>
        `The email address of your account at ${name} was changed. Once the new address is confirmed, you can’t log in with this one any more.`,
      ifYou: 'If this was you, you don’t need to do anything.',
      ifNot: (name) =>
        `If this wasn’t you, someone else has access to your account. Contact ${name} support immediately.`,
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
    },
    withoutFactor: {
      title: 'We can’t confirm this login',
      intro:
        'Something about this login is unusual, so it has to be confirmed with a second factor. You have none that is active.',
      advice: [
        'Log in again from a device and a place that you usually use.',
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
