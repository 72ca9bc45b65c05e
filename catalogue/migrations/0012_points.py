"""What questions pointed at as a bare list of fields becomes points, with a cause and a row."""

from django.db import migrations

#: Nothing said which session or dispositif: the first one, which is where the page led.
POINTS = """
    INSERT INTO catalogue_pointdemande
        (demande_id, champ, objet_pk, cause, texte, corrige_le, corrige_par_id)
    SELECT d.id, c.champ,
        COALESCE(CASE split_part(c.champ, '.', 1)
            WHEN 'session' THEN (SELECT min(s.id) FROM catalogue_session s WHERE s.action_id = d.action_id)
            WHEN 'dispositif' THEN (
                SELECT min(x.id) FROM catalogue_dispositif x JOIN catalogue_session s ON s.id = x.session_id
                WHERE s.action_id = d.action_id)
        END, 0),
        'incorrect', '',
        CASE WHEN d.reponse <> '' THEN d.close_le END,
        CASE WHEN d.reponse <> '' THEN d.repondue_par_id END
    FROM catalogue_demande d, jsonb_array_elements_text(d.champs) AS c(champ)
    WHERE c.champ <> '' AND length(c.champ) <= 60
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0011_journal_aif")]

    operations = [
        migrations.RunSQL(POINTS, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="demande", name="champs"),
    ]
