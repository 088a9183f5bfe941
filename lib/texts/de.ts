/** German. */
import type { Texts } from './texts.js';

export const de: Texts = {
  language: 'de',
  direction: 'ltr',

  refusals: {
    invalid_address: 'Das sieht nicht wie eine E-Mail-Adresse aus.',
    invalid_request: 'Die Anfrage wurde nicht verstanden.',
    payload_too_large: 'Die Anfrage war zu groß.',
    method_not_allowed: 'Diese Adresse nimmt diese Methode nicht an.',
    cross_site: 'Die Anfrage kam von einer anderen Website.',
    rate_limited: 'Bitte warten Sie ein wenig und fragen Sie dann noch einmal an.',
    link_invalid: 'Dieser Anmeldelink ist ungültig. Vielleicht wurde er unterwegs abgeschnitten.',
    link_expired: 'Dieser Anmeldelink ist abgelaufen.',
    wrong_browser:
      'Dieser Anmeldelink funktioniert nur in dem Browser, der ihn angefordert hat. Öffnen Sie ihn bitte dort.',
    link_used: 'Dieser Anmeldelink wurde bereits benutzt.',
    link_revoked: 'Dieser Anmeldelink wurde zurückgezogen.',
    code_wrong:
      'Dieser Code funktioniert nicht. Nehmen Sie den aus der neuesten Mail, oder fordern Sie einen neuen Link an.',
    login_refused: 'Mit dieser Adresse können Sie sich hier nicht anmelden.',
    login_required: 'Bitte melden Sie sich zuerst an.',
    step_up_required: 'Dafür ist ein zweiter Faktor nötig.',
    factor_wrong: 'Das war nicht richtig, oder es wurde schon benutzt.',
    factor_locked:
      'Das waren zu viele falsche Versuche. Bitte warten Sie 15 Minuten, oder nehmen Sie einen anderen Weg.',
  },
  waitSeconds: (seconds) =>
    `Bitte warten Sie ${seconds === 1 ? 'eine Sekunde' : `${seconds} Sekunden`} und fragen Sie dann noch einmal an.`,
  waitMinutes: (minutes) => `Bitte warten Sie ${minutes} Minuten und fragen Sie dann noch einmal an.`,

  unknownBrowser: 'einem unbekannten Browser',
  browserOnSystem: (browser, system) => `${browser} unter ${system}`,
  askedFor: (browser, time) => `Angefordert in ${browser}, ${time}.`,
  happenedIn: (browser, time) => `In ${browser}, ${time}.`,

  newLink: 'Neuen Link anfordern',
  sendNewLink: 'Neuen Link schicken',
  goOn: 'Weiter',
  tryAgain: 'Noch einmal versuchen',

  form: {
    title: 'Anmelden',
    intro: 'Wir schicken Ihnen einen Link. Öffnen Sie ihn in diesem Browser.',
    email: 'E-Mail-Adresse',
    button: 'Link schicken',
    invited: (address) => `Sie sind eingeladen, sich als ${address} anzumelden.`,
  },
  sent: {
    title: 'Sehen Sie in Ihr Postfach',
    intro: (address) =>
      address === undefined
        ? 'Wenn diese Adresse sich hier anmelden kann, ist ein Link an sie unterwegs.'
        : `Wenn ${address} sich hier anmelden kann, ist ein Link an diese Adresse unterwegs.`,
    where: 'Öffnen Sie den Link in diesem Browser.',
    codeIntro:
      'Die Mail ist woanders aufgegangen? Öffnen Sie den Link dort: Er zeigt einen Code, und den geben Sie hier ein.',
    code: 'Code',
    codeButton: 'Mit dem Code anmelden',
    codeSwitchesUser: 'Hier ist schon jemand angemeldet. Der Code meldet diese Person ab und Sie an.',
    again: 'Noch einmal schicken',
    againIn: (seconds) => `In ${seconds} Sekunden können Sie ihn noch einmal schicken lassen.`,
    spam: 'Nach einer Minute noch nichts da? Sehen Sie im Spam-Ordner nach.',
    wrongAddress: 'Falsche Adresse?',
    opened: 'Ich habe den Link geöffnet',
    loggedIn: 'Sie sind angemeldet',
  },
  landing: {
    title: 'Haben Sie diesen Link hier angefordert?',
    intro: 'Ein Anmeldelink funktioniert nur in dem Browser, der ihn angefordert hat.',
    button: 'Weiter',
  },
  confirm: {
    title: 'Anmelden',
    intro: 'Ein Klick, und Sie sind angemeldet.',
    switchTitle: 'Neu anmelden?',
    switchIntro: 'Hier ist schon jemand angemeldet. Dieser Link meldet diese Person ab und Sie an.',
    button: 'Anmelden',
  },
  code: {
    title: 'Geben Sie diesen Code dort ein, wo Sie angefragt haben',
    intro: 'Dieser Browser hat den Link nicht angefordert. Gehen Sie zurück zu dem, der es war, und geben Sie ein:',
    only: (origin) => `Geben Sie ihn nur auf ${origin} ein, nirgends sonst.`,
    secret: 'Verraten Sie ihn niemandem: Wer Sie danach fragt, will sich als Sie anmelden.',
  },
  hop: { title: 'Ihr Link wird geöffnet' },
  refused: { title: 'Das hat nicht geklappt' },
  unavailable: {
    title: 'Einen Moment bitte',
    intro: 'Die Anmeldung ist gerade nicht möglich. Bitte versuchen Sie es in ein paar Sekunden noch einmal.',
  },
  notMe: {
    title: 'Sie haben diese Mail nicht angefordert?',
    intro:
      'Dann hat jemand Ihre Adresse eingegeben, vielleicht aus Versehen. Ohne Ihr Postfach nützt der Link niemandem. Sagen Sie es uns, und wir gehen dem nach.',
    button: 'Das war ich nicht',
    endLinks: 'Das war ich nicht: alle meine Links beenden',
    old: 'Diese Seite gehört zu einer Mail, die zu alt ist, oder der Link wurde unterwegs abgeschnitten. Sie müssen nichts tun.',
  },
  reported: {
    title: 'Danke, dass Sie es uns sagen',
    advice: [
      'Öffnen Sie den Link nicht, und geben Sie weder die Mail noch einen Code weiter.',
      'Wenn solche Mails immer wieder kommen, versucht vielleicht jemand, in Ihr Postfach zu gelangen: Ändern Sie dessen Passwort und schalten Sie den zweiten Faktor ein.',
      'Sehen Sie nach, ob Ihr Postfach Mails an eine Adresse weiterleitet, die Sie nicht kennen.',
    ],
    ended: (links) =>
      links === 0
        ? 'Es gab keinen gültigen Link.'
        : links === 1
          ? 'Ein gültiger Link wurde beendet.'
          : `${links} gültige Links wurden beendet.`,
  },

  mail: {
    subject: (name) => `Anmelden bei ${name}`,
    intro: (name, minutes) =>
      `Mit diesem Link melden Sie sich bei ${name} an. Er funktioniert einmal, ${minutes === 1 ? 'eine Minute' : `${minutes} Minuten`} lang.`,
    button: 'Anmelden',
    where:
      'Öffnen Sie ihn in dem Browser, der ihn angefordert hat. Überall sonst zeigt er nur einen Code, den Sie dort eingeben.',
    whereOnly:
      'Der Link funktioniert nur in dem Browser, der ihn angefordert hat. Öffnen Sie ihn dort; überall sonst bewirkt er nichts.',
    code: 'Oder geben Sie dort diesen Code ein. Verraten Sie ihn niemandem:',
    notYou: 'Wenn Sie das nicht waren, geben Sie diese Mail nicht weiter, und sagen Sie es uns:',
    notMe: 'Das war ich nicht',
  },
  invitation: {
    subject: (name) => `Einladung zu ${name}`,
    intro: (name, days) =>
      `Sie sind eingeladen, sich bei ${name} anzumelden. Die Einladung gilt ${days === 1 ? 'einen Tag' : `${days} Tage`}.`,
    button: 'Annehmen',
    how: 'Es öffnet sich die Anmeldeseite mit Ihrer Adresse. Danach bekommen Sie einen Link, der Sie anmeldet.',
    notYou: 'Wenn Sie nicht wissen, worum es geht, beachten Sie diese Mail nicht.',
  },
  notices: {
    newBrowser: {
      subject: (name) => `Neue Anmeldung bei ${name}`,
      what: (name) =>
        `Jemand hat sich als Sie bei ${name} angemeldet, in einem Browser, der hier neu ist oder seine Cookies gelöscht hat.`,
      ifYou: 'Wenn Sie das waren, ist nichts zu tun.',
      ifNot: (name) =>
        `Wenn nicht, kann jemand anderes Ihre Mails lesen. Ändern Sie das Passwort Ihres Postfachs, schalten Sie dessen zweiten Faktor ein, und sehen Sie nach, ob es Mails an eine Adresse weiterleitet, die Sie nicht kennen. Sagen Sie es dann denen, die ${name} betreiben.`,
    },
    usedElsewhere: {
      subject: (name) => `Ein benutzter Anmeldelink von ${name} wurde noch einmal versucht`,
      what: (name) =>
        `Ein Link, der Sie bei ${name} angemeldet hat, wurde in einem anderen Browser noch einmal versucht. Dort hat er niemanden angemeldet.`,
      ifYou: 'Wenn Sie das waren, fordern Sie in jenem Browser einen neuen Link an.',
      ifNot: () =>
        'Wenn nicht, hat jemand anderes eine Mail von Ihnen gesehen. Geben Sie keine Anmeldemail weiter, ändern Sie das Passwort Ihres Postfachs, und sehen Sie nach, ob es Mails an eine Adresse weiterleitet, die Sie nicht kennen.',
    },
    wrongCodes: {
      subject: (name) => `Falsche Anmeldecodes bei ${name}`,
      what: (name) =>
        `Jemand wollte sich als Sie bei ${name} anmelden und hat fünf falsche Codes eingegeben. Angemeldet hat das niemanden.`,
      ifYou: 'Wenn Sie das waren, nehmen Sie den Link in der Mail, oder fordern Sie einen neuen an.',
      ifNot: () =>
        'Wenn nicht, rät jemand, und kommt ohne Ihr Postfach nicht weit. Verraten Sie niemandem einen Code, wer auch danach fragt.',
    },
    addressChanged: {
      subject: (name) => `Ihre Adresse bei ${name} wurde geändert`,
      what: (name) =>
        `Die E-Mail-Adresse Ihres Kontos bei ${name} wurde geändert. Sobald die neue bestätigt ist, meldet diese hier dort nicht mehr an.`,
      ifYou: 'Wenn Sie das waren, ist nichts zu tun.',
      ifNot: (name) => `Wenn nicht, hat jemand anderes Ihr Konto: Sagen Sie es sofort denen, die ${name} betreiben.`,
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
      continue: 'Weiter',
    },
    withoutFactor: {
      title: 'Wir können diese Anmeldung nicht bestätigen',
      intro:
        'Etwas an dieser Anmeldung ist ungewöhnlich. Deshalb muss sie mit einem zweiten Faktor bestätigt werden. Sie haben keinen, der aktiv ist.',
      advice: [
        'Melden Sie sich ab. Melden Sie sich dann mit einem Gerät und an einem Ort wieder an, die Sie üblicherweise nutzen.',
        'Sichern Sie Ihr Postfach. Ändern Sie das Passwort, schalten Sie die Zwei-Faktor-Authentisierung ein und prüfen Sie, ob es E-Mails an eine Adresse weiterleitet, die Sie nicht kennen.',
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
