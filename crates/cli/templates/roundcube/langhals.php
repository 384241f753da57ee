<?php

/**
 * Langhals: zeigt die Schlagwörter von Langhals in der Liste und in der Nachricht, und setzt sie um.
 *
 * Erzeugt von "langhals tags --client roundcube". Lizenz: EUPL-1.2.
 * Es liest und schreibt nur die Schlagwörter, die in config.inc.php stehen.
 */
class langhals extends rcube_plugin
{
    public $task = 'mail';

    /** Name des Schlagworts in Großbuchstaben, wie Roundcube ihn führt => Titel, Farbe, Klasse oder nicht. */
    private $tags = [];

    /** Die Schlagwörter der angezeigten Nachricht. */
    private $shown = [];

    public function init()
    {
        $this->load_config();
        $rcmail = rcmail::get_instance();
        $this->tags = (array) $rcmail->config->get('langhals_tags', []);
        $this->register_action('plugin.langhals.set', [$this, 'set']);
        $this->add_hook('messages_list', [$this, 'list_tags']);
        $this->add_hook('message_load', [$this, 'load_tags']);
        $this->add_hook('render_page', [$this, 'send_tags']);
        if ($rcmail->output->type == 'html') {
            $this->include_stylesheet('langhals.css');
            $this->include_script('langhals.js');
            $rcmail->output->set_env('langhals_tags', $this->tags);
            $this->api->add_content($this->menu(), 'markmenu');
        }
    }

    /** Gibt jeder Zeile der Liste ihre Schlagwörter mit. */
    public function list_tags($args)
    {
        foreach ((array) ($args['messages'] ?? []) as $message) {
            $message->list_flags['extra_flags']['langhals'] = $this->own($message->flags);
        }
        return $args;
    }

    public function load_tags($args)
    {
        $this->shown = $this->own($args['object']->headers->flags ?? []);
    }

    public function send_tags($args)
    {
        rcmail::get_instance()->output->set_env('langhals_shown', $this->shown);
        return $args;
    }

    /** Setzt ein Schlagwort oder nimmt es weg; von den Klassen bleibt nur die gewählte. */
    public function set()
    {
        $rcmail = rcmail::get_instance();
        $tag = rcube_utils::get_input_string('_tag', rcube_utils::INPUT_POST);
        $on = rcube_utils::get_input_string('_on', rcube_utils::INPUT_POST) == '1';
        if (!isset($this->tags[$tag])) {
            $rcmail->output->send();
            return;
        }
        $is_class = !empty($this->tags[$tag]['class']);
        foreach (rcmail_action::get_uids(null, null, $multi, rcube_utils::INPUT_POST) as $folder => $uids) {
            foreach ($on && $is_class ? $this->tags : [] as $other => $its) {
                if ($other != $tag && !empty($its['class'])) {
                    $rcmail->storage->set_flag($uids, "UN$other", $folder);
                }
            }
            if (!$rcmail->storage->set_flag($uids, $on ? $tag : "UN$tag", $folder)) {
                $rcmail->output->show_message('errormarking', 'error');
            }
        }
        $rcmail->output->send();
    }

    /** Die eigenen unter den Schlagwörtern einer Nachricht, in der Reihenfolge der Konfiguration. */
    private function own($flags)
    {
        $present = array_change_key_case(array_filter((array) $flags), CASE_UPPER);
        return array_keys(array_intersect_key($this->tags, $present));
    }

    /** Die Einträge im Menü „Markieren“. */
    private function menu()
    {
        $items = '';
        foreach ($this->tags as $tag => $its) {
            if (!empty($its['menu'])) {
                $items .= html::tag('li', ['role' => 'menuitem'], $this->api->output->button([
                    'type' => 'link', 'command' => 'plugin.langhals.set', 'prop' => $tag,
                    'content' => rcube::Q($its['title']), 'class' => 'langhals-set', 'classact' => 'langhals-set active',
                ]));
            }
        }
        return $items;
    }
}
