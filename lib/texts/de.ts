/** The German catalogue. */
import type { Texts } from './texts.js';

export const de: Texts = {
  language: 'de',
  direction: 'ltr',

  refusals: {
    invalid_address: 'Das sieht nicht nach einer E-Mail-Adresse aus. Bitte prüfen Sie die Eingabe.',
    invalid_request: 'Mit dieser Anfrage stimmt etwas nicht. Bitte versuchen Sie es noch einmal.',
    payload_too_large: 'Diese Anfrage war zu groß.',
    method_not_allowed: 'Diese Seite nimmt solche Anfragen nicht an.',
    cross_site: 'Diese Anfrage kam von einer anderen Website und wurde deshalb abgelehnt.',
    rate_limited: 'Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.',
    link_invalid: 'Dieser Anmeldelink ist ungültig. Vielleicht fehlt ein Teil davon.',
    link_expired: 'Dieser Anmeldelink ist abgelaufen.',
    wrong_browser:
      'Dieser Anmeldelink funktioniert nur in dem Browser, in dem er angefordert wurde. Bitte öffnen Sie ihn dort.',
    link_used: 'Dieser Anmeldelink wurde bereits verwendet.',
    link_revoked: 'Dieser Anmeldelink wurde gesperrt.',
    code_wrong:
      'Dieser Code funktioniert nicht. Verwenden Sie den Code zum neuesten Link oder fordern Sie einen neuen Link an.',
    login_refused: 'Mit dieser Adresse können Sie sich hier nicht anmelden.',
    login_required: 'Bitte melden Sie sich zuerst an.',
    step_up_required: 'Dafür benötigen Sie einen zweiten Faktor.',
    factor_wrong: 'Das ist nicht richtig oder wurde bereits verwendet.',
    factor_locked:
      'Zu viele Fehlversuche. Bitte warten Sie 15 Minuten. Wenn es dann immer noch nicht geht, wählen Sie eine andere Methode.',
  },
  waitSeconds: (seconds) =>
    `Bitte warten Sie ${seconds === 1 ? 'eine Sekunde' : `${seconds} Sekunden`} und versuchen Sie es dann noch einmal.`,
  waitMinutes: (minutes) => `Bitte warten Sie ${minutes} Minuten und versuchen Sie es dann noch einmal.`,

  unknownBrowser: 'einem unbekannten Browser',
  browserOnSystem: (browser, system) => `${browser} (${system})`,
  requestedIn: (browser, time) => `Angefordert am ${time}, in ${browser}.`,
  happenedIn: (browser, time) => `Am ${time}, in ${browser}.`,

  newLink: 'Neuen Link anfordern',
  sendNewLink: 'Neuen Link anfordern',
  continue: 'Weiter',
  tryAgain: 'Erneut versuchen',

  form: {
    title: 'Anmelden',
    intro: 'Wir schicken Ihnen einen Link per E-Mail. Öffnen Sie ihn in diesem Browser.',
    email: 'E-Mail-Adresse',
    button: 'Link anfordern',
    invited: (address) => `Sie wurden eingeladen, sich als ${address} anzumelden.`,
  },
  sent: {
    title: 'Prüfen Sie Ihr Postfach',
    intro: (address) =>
      `Falls Sie sich hier mit ${address ?? 'dieser Adresse'} anmelden können, erhalten Sie gleich einen Link.`,
    where: 'Öffnen Sie den Link in diesem Browser.',
    codeIntro:
      'Sie lesen die E-Mail auf einem anderen Gerät? Öffnen Sie den Link dort. Sie erhalten einen Code, den Sie hier eingeben.',
    code: 'Code',
    codeButton: 'Mit dem Code anmelden',
    codeSwitchesUser: 'Hier ist bereits jemand angemeldet. Wenn Sie den Code verwenden, wird diese Person abgemeldet.',
    resend: 'Neuen Link anfordern',
    resendIn: (seconds) => `In ${seconds} Sekunden können Sie einen neuen Link anfordern.`,
    spam: 'Nach einer Minute noch nichts da? Sehen Sie im Spam-Ordner nach.',
    wrongAddress: 'Andere Adresse verwenden',
    opened: 'Ich habe den Link geöffnet',
    loggedIn: 'Sie sind angemeldet',
  },
  landing: {
    title: 'Ist das der richtige Browser?',
    intro:
      'Ein Anmeldelink funktioniert nur in dem Browser, in dem er angefordert wurde. Wählen Sie „Weiter“, dann prüfen wir das.',
    button: 'Weiter',
  },
  confirm: {
    title: 'Anmelden',
    intro: 'Bitte bestätigen Sie, dass Sie sich anmelden möchten.',
    switchTitle: 'Mit diesem Link anmelden?',
    switchIntro: 'Hier ist bereits jemand angemeldet. Wenn Sie fortfahren, wird diese Person abgemeldet.',
    button: 'Anmelden',
  },
  code: {
    title: 'Geben Sie diesen Code dort ein, wo Sie den Link angefordert haben',
    intro:
      'Der Link wurde in einem anderen Browser angefordert. Wenn Sie das waren, kehren Sie dorthin zurück und geben Sie diesen Code ein:',
    only: (origin) => `Geben Sie ihn nur auf ${origin} ein, nirgendwo sonst.`,
    secret: 'Verraten Sie ihn niemandem. Wer Sie danach fragt, will sich in Ihrem Namen anmelden.',
  },
  hop: { title: 'Ihr Link wird geöffnet' },
  refused: { title: 'Das hat nicht geklappt' },
  unavailable: {
    title: 'Die Anmeldung ist gerade nicht möglich',
    intro: 'Bitte versuchen Sie es in ein paar Sekunden noch einmal.',
  },
  notMe: {
    title: 'Sie haben keinen Link angefordert?',
    intro:
      'Jemand hat mit Ihrer Adresse einen Anmeldelink angefordert, vielleicht aus Versehen. Öffnen Sie den Link nicht und geben Sie weder die E-Mail noch einen Code weiter. Melden Sie es uns, damit wir der Sache nachgehen können.',
    button: 'Melden',
    endLinks: 'Melden und alle meine Links sperren',
    expired: 'Die E-Mail ist zu alt oder ein Teil des Links fehlt. Sie müssen nichts tun.',
  },
  reported: {
    title: 'Vielen Dank für Ihre Meldung',
    advice: [
      'Öffnen Sie den Link nicht und geben Sie weder die E-Mail noch einen Code weiter.',
      'Wenn Sie immer wieder solche E-Mails erhalten, versucht vielleicht jemand, in Ihr Postfach zu gelangen. Ändern Sie das Passwort des Postfachs und aktivieren Sie dort die Bestätigung in zwei Schritten.',
      'Prüfen Sie, ob Ihr Postfach E-Mails an eine Adresse weiterleitet, die Sie nicht kennen.',
    ],
    ended: (links) =>
      links === 0
        ? 'Es gab keine aktiven Links.'
        : links === 1
          ? 'Ein aktiver Link wurde gesperrt.'
          : `${links} aktive Links wurden gesperrt.`,
  },

  mail: {
    subject: (name) => `Anmelden bei ${name}`,
    intro: (name, minutes) =>
      `Mit diesem Link melden Sie sich bei ${name} an. Er funktioniert nur einmal und ist ${minutes === 1 ? 'eine Minute' : `${minutes} Minuten`} gültig.`,
    button: 'Anmelden',
    where:
      'Öffnen Sie den Link in dem Browser, in dem Sie ihn angefordert haben. Jeder andere Browser zeigt nur einen Code, den Sie im ersten eingeben.',
    whereOnly:
      'Der Link funktioniert nur in dem Browser, in dem Sie ihn angefordert haben. Öffnen Sie ihn dort. In jedem anderen Browser bewirkt er nichts.',
    code: 'Oder geben Sie diesen Code in dem Browser ein, in dem Sie den Link angefordert haben. Verraten Sie ihn niemandem:',
    notYou: 'Wenn Sie diese E-Mail nicht angefordert haben, leiten Sie sie nicht weiter und sagen Sie uns Bescheid:',
    notMe: 'Das war ich nicht',
  },
  invitation: {
    subject: (name) => `Einladung zu ${name}`,
    intro: (name, days) =>
      `Sie wurden eingeladen, sich bei ${name} anzumelden. Die Einladung ist ${days === 1 ? 'einen Tag' : `${days} Tage`} gültig.`,
    button: 'Einladung annehmen',
    how: 'Es öffnet sich die Anmeldeseite mit Ihrer Adresse. Von dort schicken wir Ihnen einen Link, mit dem Sie sich anmelden.',
    notYou: 'Wenn Sie keine Einladung erwartet haben, können Sie diese E-Mail ignorieren.',
  },
  notices: {
    newBrowser: {
      subject: (name) => `Neue Anmeldung bei ${name}`,
      what: (name) =>
        `Jemand hat sich mit Ihrem Konto bei ${name} angemeldet. Der Browser ist neu oder seine Cookies wurden gelöscht.`,
      ifYou: 'Wenn Sie das waren, müssen Sie nichts tun.',
      ifNot: (name) =>
        `Wenn Sie das nicht waren, kann vielleicht jemand anderes Ihre E-Mails lesen. Ändern Sie das Passwort Ihres Postfachs, aktivieren Sie dort die Bestätigung in zwei Schritten und prüfen Sie, ob es E-Mails an eine Adresse weiterleitet, die Sie nicht kennen. Wenden Sie sich dann an den Support von ${name}.`,
    },
    usedElsewhere: {
      subject: (name) => `Verwendeter Anmeldelink für ${name} erneut geöffnet`,
      what: (name) =>
        `Jemand wollte einen Link, mit dem Sie sich bei ${name} bereits angemeldet haben, in einem anderen Browser noch einmal verwenden. Dort wurde niemand angemeldet.`,
      ifYou: 'Wenn Sie das waren, fordern Sie in diesem anderen Browser einen neuen Link an.',
      ifNot: () =>
        'Wenn Sie das nicht waren, hat jemand anderes eine Ihrer E-Mails gesehen. Leiten Sie keine Anmelde-E-Mails weiter, ändern Sie das Passwort Ihres Postfachs und prüfen Sie, ob es E-Mails an eine Adresse weiterleitet, die Sie nicht kennen.',
    },
    wrongCodes: {
      subject: (name) => `Falsche Anmeldecodes bei ${name}`,
      what: (name) =>
        `Jemand wollte sich in Ihrem Namen bei ${name} anmelden und hat fünf falsche Codes eingegeben. Keiner davon hat funktioniert.`,
      ifYou: 'Wenn Sie das waren, verwenden Sie den Link in der E-Mail oder fordern Sie einen neuen an.',
      ifNot: () =>
        'Wenn Sie das nicht waren, versucht vielleicht jemand, Codes zu erraten. Verraten Sie niemandem einen Anmeldecode, egal wer danach fragt.',
    },
    addressChanged: {
      subject: (name) => `Ihre E-Mail-Adresse bei ${name} wurde geändert`,
      what: (name) =>
        `Die E-Mail-Adresse Ihres Kontos bei ${name} wurde geändert. Sobald die neue Adresse bestätigt ist, können Sie sich mit dieser hier nicht mehr anmelden.`,
      ifYou: 'Wenn Sie das waren, müssen Sie nichts tun.',
      ifNot: (name) =>
        `Wenn Sie das nicht waren, hat jemand anderes Zugriff auf Ihr Konto. Wenden Sie sich sofort an den Support von ${name}.`,
    },
  },

  stepUp: {
    labels: { passkey: 'Passkey', totp: 'Authenticator-App' },
    confirm: {
      title: 'Bestätigen Sie, dass Sie es sind',
      intro: 'Um fortzufahren, verwenden Sie einen Ihrer zweiten Faktoren.',
      held: 'Diese Anmeldung muss bestätigt werden. Verwenden Sie dazu einen Ihrer zweiten Faktoren.',
      notEnough: 'Um fortzufahren, benötigen Sie einen zweiten Faktor einer anderen Art als die, die Sie haben.',
      noneActive: 'Um fortzufahren, benötigen Sie einen zweiten Faktor. Ihrer ist noch nicht aktiv.',
      none: 'Um fortzufahren, benötigen Sie einen zweiten Faktor. Sie haben noch keinen eingerichtet.',
      code: (label) => `Code (${label})`,
      button: 'Bestätigen',
      usePasskey: 'Passkey verwenden',
      recovery: 'Wiederherstellungscode verwenden',
      recoveryCode: 'Wiederherstellungscode',
      recoveryButton: 'Diesen Code verwenden',
      manage: 'Zweite Faktoren verwalten',
      setUp: 'Zweiten Faktor einrichten',
    },
    factors: {
      title: 'Ihre zweiten Faktoren',
      intro: 'Sie schützen, was ein Link in Ihrer E-Mail allein nicht öffnen darf.',
      none: 'Sie haben noch keinen eingerichtet.',
      added: (time) => `Hinzugefügt am ${time}`,
      remove: 'Entfernen',
      add: (label) => `${label} hinzufügen`,
      codesLeft: (count) =>
        count === 1
          ? 'Sie haben noch einen Wiederherstellungscode.'
          : `Sie haben noch ${count} Wiederherstellungscodes.`,
      newCodes: 'Neue Wiederherstellungscodes erstellen',
      lossTitle: 'Haben Sie Ihr Gerät verloren?',
      lossIntro:
        'Wenn Sie auch keinen Wiederherstellungscode haben, können Sie alle Ihre zweiten Faktoren aufheben. Das dauert eine Weile.',
      reportLoss: 'Alle meine zweiten Faktoren aufheben',
      lossReported: (time) => `Der Verlust eines Geräts wurde gemeldet. Alle Ihre zweiten Faktoren enden am ${time}.`,
      withdrawLoss: 'Zweite Faktoren behalten',
    },
    waiting: {
      title: 'Hinzugefügt, aber noch nicht aktiv',
      activeFrom: (time) => `Aktiv ab ${time}`,
      notYou:
        'Wenn Sie das nicht waren, brechen Sie es ab und sichern Sie Ihr Postfach. Vielleicht liest jemand anderes Ihre E-Mails.',
      cancel: 'Abbrechen',
    },
    enrol: {
      scan: 'Scannen Sie das mit Ihrer Authenticator-App oder geben Sie dort den Schlüssel ein. Geben Sie dann den Code ein, den die App anzeigt.',
      key: 'Schlüssel',
      code: 'Code',
      button: 'Hinzufügen',
    },
    enrolled: {
      title: 'Zweiter Faktor hinzugefügt',
      active: (label) => `${label}: ab sofort aktiv.`,
      waiting: (label, time) => `${label}: aktiv ab ${time}. Bis dahin bürgt nur Ihr Postfach dafür.`,
      codesTitle: 'Ihre Wiederherstellungscodes',
      codesIntro:
        'Wenn Sie Ihr Gerät verlieren, verwenden Sie stattdessen einen dieser Codes. Jeder funktioniert einmal. Drucken oder kopieren Sie die Codes jetzt und bewahren Sie sie sicher auf. Sie werden nicht noch einmal angezeigt.',
    },
    withoutFactor: {
      title: 'Wir können diese Anmeldung nicht bestätigen',
      intro:
        'Etwas an dieser Anmeldung ist ungewöhnlich. Deshalb muss sie mit einem zweiten Faktor bestätigt werden. Sie haben keinen, der aktiv ist.',
      advice: [
        'Melden Sie sich mit einem Gerät und an einem Ort erneut an, die Sie üblicherweise nutzen.',
        'Sichern Sie Ihr Postfach. Ändern Sie das Passwort, aktivieren Sie dort die Bestätigung in zwei Schritten und prüfen Sie, ob es E-Mails an eine Adresse weiterleitet, die Sie nicht kennen.',
        'Wenn Sie sich dann immer noch nicht anmelden können, wenden Sie sich an den Support.',
      ],
    },
    unavailable: {
      title: 'Vorübergehend nicht verfügbar',
      intro: 'Bitte versuchen Sie es in ein paar Sekunden noch einmal.',
    },
    back: 'Zurück zu Ihren zweiten Faktoren',
    passkey: {
      needsScript: 'Passkeys benötigen JavaScript.',
      unsupported:
        'Dieser Browser unterstützt keine Passkeys. Verwenden Sie einen anderen Browser oder eine andere Methode.',
      failed: 'Das hat nicht funktioniert. Versuchen Sie es noch einmal oder wählen Sie eine andere Methode.',
    },
    notices: {
      enrolled: {
        subject: (name) => `Zweiter Faktor bei ${name} hinzugefügt`,
        what: (label) => `Ihrem Konto wurde ein zweiter Faktor hinzugefügt: ${label}.`,
      },
      waiting: {
        subject: (name) => `Zweiter Faktor bei ${name} wird bald aktiv`,
        what: (label, at) =>
          `Ihrem Konto wurde ein zweiter Faktor hinzugefügt: ${label}. Er wird am ${at} aktiv, wenn Sie das nicht vorher abbrechen.`,
      },
      cancelled: {
        subject: (name) => `Zweiter Faktor bei ${name} abgebrochen`,
        what: (label) => `Ein zweiter Faktor wurde abgebrochen, bevor er aktiv wurde: ${label}.`,
      },
      removed: {
        subject: (name) => `Zweiter Faktor bei ${name} entfernt`,
        what: (label) => `Ein zweiter Faktor wurde aus Ihrem Konto entfernt: ${label}.`,
      },
      recovery_code_used: {
        subject: (name) => `Wiederherstellungscode bei ${name} verwendet`,
        what: () => 'Einer Ihrer Wiederherstellungscodes wurde verwendet.',
      },
      recovery_codes_renewed: {
        subject: (name) => `Neue Wiederherstellungscodes bei ${name}`,
        what: () => 'Für Ihr Konto wurden neue Wiederherstellungscodes erstellt. Die alten funktionieren nicht mehr.',
      },
      locked: {
        subject: (name) => `Falsche Codes bei ${name} eingegeben`,
        what: () =>
          'Für Ihre zweiten Faktoren wurden zu viele falsche Codes eingegeben. In den nächsten 15 Minuten wird kein Code angenommen.',
      },
      lost: {
        subject: (name) => `Verlust eines Geräts bei ${name} gemeldet`,
        what: (_label, at) =>
          `Jemand, der in Ihrem Konto angemeldet ist, hat den Verlust eines Geräts gemeldet. Alle Ihre zweiten Faktoren enden am ${at}, wenn Sie nicht vorher einen davon verwenden.`,
      },
      loss_withdrawn: {
        subject: (name) => `Sie behalten Ihre zweiten Faktoren bei ${name}`,
        what: () => 'Die Meldung eines verlorenen Geräts wurde zurückgezogen.',
      },
    },
    ifNotYou:
      'Wenn Sie das nicht waren, melden Sie sich an, prüfen Sie Ihre zweiten Faktoren und sichern Sie Ihr Postfach. Vielleicht liest jemand anderes Ihre E-Mails.',
  },
};
