/* Langhals: zeigt die Schlagwörter als farbige Schilder und setzt sie über das Menü „Markieren“.
   Erzeugt von "langhals tags --client roundcube". Lizenz: EUPL-1.2. */
(function () {
  'use strict';

  function signs(keys) {
    var all = rcmail.env.langhals_tags || {};
    var box = $('<span class="langhals-tags">');
    (keys || []).forEach(function (key) {
      if (all[key]) {
        $('<span class="langhals-tag">').text(all[key].title).css('background-color', all[key].color).appendTo(box);
      }
    });
    return box;
  }

  function show_in_row(uid) {
    var message = rcmail.env.messages && rcmail.env.messages[uid];
    var row = rcmail.message_list && rcmail.message_list.rows[uid];
    if (message && row) {
      var cell = $(row.obj).find('td.subject');
      cell.find('.langhals-tags').remove();
      cell.find('span.subject').after(signs((message.flags || {}).langhals));
    }
  }

  /* Auch für das Fenster der Liste, das diese Nachricht als Vorschau zeigt. */
  window.langhals_show_message = function (uid, keys) {
    if (String(rcmail.env.uid) === String(uid)) {
      rcmail.env.langhals_shown = keys;
      show_in_message();
    }
  };

  function tell(uid, keys) {
    var message = rcmail.env.messages && rcmail.env.messages[uid];
    var preview = rcmail.get_frame_window(rcmail.env.contentframe);
    if (message) {
      message.flags = $.extend(message.flags, { langhals: keys });
      show_in_row(uid);
    }
    if (preview && preview.langhals_show_message) {
      preview.langhals_show_message(uid, keys);
    }
    window.langhals_show_message(uid, keys);
  }

  function show_in_message() {
    var header = $('#message-header');
    header.find('.langhals-tags').remove();
    header.find('.subject').first().after(signs(rcmail.env.langhals_shown));
  }

  /* Was nach dem Setzen gilt: von den Klassen bleibt nur die gewählte. */
  function after(keys, tag, on) {
    var all = rcmail.env.langhals_tags;
    return Object.keys(all).filter(function (key) {
      if (key === tag) {
        return on;
      }
      return (keys || []).indexOf(key) >= 0 && !(on && all[tag]['class'] && all[key]['class']);
    });
  }

  function set(tag) {
    var list = rcmail.message_list;
    var uids = list && list.get_selection().length ? list.get_selection() : [rcmail.env.uid];
    var of = function (uid) {
      var message = rcmail.env.messages && rcmail.env.messages[uid];
      return message ? (message.flags || {}).langhals || [] : rcmail.env.langhals_shown || [];
    };
    var on = !uids.every(function (uid) { return of(uid).indexOf(tag) >= 0; });
    rcmail.http_post('plugin.langhals.set', rcmail.selection_post_data({ _uid: uids, _tag: tag, _on: on ? 1 : 0 }));
    uids.forEach(function (uid) { tell(uid, after(of(uid), tag, on)); });
  }

  rcmail.addEventListener('insertrow', function (event) { show_in_row(event.uid); });
  rcmail.addEventListener('init', function () {
    var is_open = Boolean(rcmail.env.uid);
    rcmail.register_command('plugin.langhals.set', set, is_open);
    if (rcmail.message_list) {
      rcmail.message_list.addEventListener('select', function (list) {
        rcmail.enable_command('plugin.langhals.set', list.get_selection().length > 0);
      });
    }
    show_in_message();
  });
  /* Langhals oder jemand anderes hat Schlagwörter geändert, während die Liste offen stand. */
  rcmail.addEventListener('responsebeforerefresh', function (event) {
    var changed = (event.response.env || {}).recent_flags || {};
    Object.keys(changed).forEach(function (uid) {
      tell(uid, Object.keys(rcmail.env.langhals_tags).filter(function (key) { return changed[uid][key.toLowerCase()]; }));
    });
  });
})();
