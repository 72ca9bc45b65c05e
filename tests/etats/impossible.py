"""What must never be, as one statement: a row says what is wrong, and where. No row: all is well.

Much of it is what no constraint of the base can say: keys without foreign keys, what a row must have beside
it, what the frozen sheet says against its own columns.
"""

IMPOSSIBLE = """
        SELECT 'en ligne sans validation de cette version par un valideur' AS quoi, d.numero AS ou
            FROM catalogue_diffusion d WHERE NOT EXISTS (
                SELECT FROM catalogue_evenement e JOIN accounts_user u ON u.id = e.auteur_id
                WHERE e.action_id = d.action_id AND e.type = 'approve' AND e.revision = d.revision
                    AND e.par_carif AND NOT e.pour_organisme
                    AND u.role_carif IN ('valideur', 'administrateur'))
        UNION ALL SELECT 'en ligne sans F-A-S-D complet', d.numero FROM catalogue_diffusion d
            LEFT JOIN catalogue_action a ON a.id = d.action_id
            LEFT JOIN catalogue_formation f ON f.id = d.formation_id
            LEFT JOIN catalogue_session s ON s.id = d.session_id
            WHERE f.id IS NULL OR a.formation_id <> f.id OR f.organisme_id <> d.organisme_id
                OR a.organisme_id <> d.organisme_id
                OR s.action_id <> a.id OR s.numero <> d.numero
                OR d.contenu #>> '{formation,intitule}' = ''
                OR (d.contenu #>> '{action,id}')::bigint <> a.id
                OR (d.contenu #>> '{formation,id}')::bigint <> f.id
                OR (d.contenu #>> '{organisme,id}')::bigint <> d.organisme_id
                OR d.contenu #>> '{session,numero}' <> d.numero
                OR (d.contenu #>> '{session,date_debut}')::date <> d.date_debut
                OR (d.contenu #>> '{session,date_fin}')::date <> d.date_fin
                OR coalesce(d.contenu #>> '{formation,certification,code}', '') <> d.certification_code
                OR d.certification_code <> coalesce(f.certification_id, '')
                OR NOT jsonb_array_length(d.contenu -> 'dispositifs') >= 1
        UNION ALL SELECT 'en ligne, et pas dans la recherche ni dans le flux, ou autrement',
                coalesce(d.numero, r.numero, f.numero)
            FROM catalogue_diffusion d FULL JOIN catalogue_ficherecherche r ON r.numero = d.numero
            FULL JOIN catalogue_fragmentlheo f ON f.numero = coalesce(d.numero, r.numero)
            WHERE num_nulls(d.numero, r.numero, f.numero) > 0
                OR (r.action_id, r.organisme_id, r.date_debut, r.date_fin, r.departement, r.niveau)
                    <> (d.action_id, d.organisme_id, d.date_debut, d.date_fin, d.departement,
                        coalesce(d.niveau, 0))
                OR (f.organisme_id, f.date_fin, f.modifiee_le) <> (d.organisme_id, d.date_fin,
            d.modifiee_le)
        UNION ALL SELECT 'retirée et en ligne', r.numero FROM catalogue_retrait r
            LEFT JOIN catalogue_diffusion d ON d.numero = r.numero
            WHERE (d.numero IS NOT NULL) <> (r.motif = 'terminee')
        UNION ALL SELECT 'publiée, ni en ligne ni retirée', s.numero FROM catalogue_session s
            WHERE s.numero IS NOT NULL
                AND NOT EXISTS (SELECT FROM catalogue_diffusion d WHERE d.numero = s.numero)
                AND NOT EXISTS (SELECT FROM catalogue_retrait r WHERE r.numero = s.numero)
        UNION ALL SELECT 'retrait d’une autre action', r.numero FROM catalogue_retrait r
            LEFT JOIN catalogue_action a ON a.id = r.action_id
            WHERE r.organisme_id IS DISTINCT FROM a.organisme_id
        UNION ALL SELECT 'refus sans motif', e.id::text FROM catalogue_evenement e
            WHERE e.type = 'refuse' AND e.texte = ''
        UNION ALL SELECT 'demande AIF refusée sans motif', d.id::text FROM catalogue_demandeaif d
            WHERE d.statut = 'refusee' AND d.motif = ''
        UNION ALL SELECT 'site refusé sans motif', e.id::text FROM catalogue_evenementetablissement e
            WHERE e.type IN ('refuse', 'close') AND e.texte = ''
        UNION ALL SELECT 'dates en désordre', id::text FROM catalogue_session WHERE date_fin < date_debut
        UNION ALL SELECT 'places hors capacité', id::text FROM catalogue_session
            WHERE places_disponibles NOT BETWEEN 0 AND capacite
        UNION ALL SELECT 'numéro donné deux fois', numero FROM catalogue_session
            WHERE numero IS NOT NULL GROUP BY numero HAVING count(*) > 1
        UNION ALL SELECT 'deux questions ouvertes', action_id::text FROM catalogue_demande
            WHERE close_le IS NULL GROUP BY action_id HAVING count(*) > 1
        UNION ALL SELECT 'question ouverte hors attente, ou attente sans question', a.id::text
            FROM catalogue_action a WHERE (a.statut = 'en_attente_reponse')
                <> EXISTS (SELECT FROM catalogue_demande d WHERE d.action_id = a.id AND d.close_le IS NULL)
        UNION ALL SELECT 'réponse avec un point non corrigé', d.id::text FROM catalogue_demande d
            JOIN catalogue_pointdemande p ON p.demande_id = d.id
            WHERE d.reponse <> '' AND p.corrige_le IS NULL
        UNION ALL SELECT 'archivée en ligne', a.id::text FROM catalogue_action a
            JOIN catalogue_diffusion d ON d.action_id = a.id WHERE a.statut = 'archivee'
        UNION ALL SELECT 'session archivée sans son action, ou l’inverse', s.id::text
            FROM catalogue_session s
            JOIN catalogue_action a ON a.id = s.action_id WHERE s.est_archivee <> (a.statut = 'archivee')
        UNION ALL SELECT 'sans action ou d’un autre organisme', s.id::text FROM catalogue_session s
            LEFT JOIN catalogue_action a ON a.id = s.action_id
            WHERE s.organisme_id IS DISTINCT FROM a.organisme_id
        UNION ALL SELECT 'sans session ou d’un autre organisme', d.id::text FROM catalogue_dispositif d
            LEFT JOIN catalogue_session s ON s.id = d.session_id
            WHERE d.organisme_id IS DISTINCT FROM s.organisme_id
        UNION ALL SELECT 'sans formation ou d’un autre organisme', a.id::text FROM catalogue_action a
            LEFT JOIN catalogue_formation f ON f.id = a.formation_id
            WHERE a.organisme_id IS DISTINCT FROM f.organisme_id
        UNION ALL SELECT 'formation que ses actions ont toutes quittée', f.id::text
            FROM catalogue_formation f
            WHERE NOT EXISTS (SELECT FROM catalogue_action a WHERE a.formation_id = f.id)
        UNION ALL SELECT 'décision à annuler d’une autre action', v.id::text
            FROM catalogue_decisionannulable v
            LEFT JOIN catalogue_evenement e ON e.id = v.evenement_id
            WHERE v.action_id IS DISTINCT FROM e.action_id
        UNION ALL SELECT 'avis d’un autre organisme', v.id::text FROM catalogue_avisenattente v
            JOIN catalogue_action a ON a.id = v.action_id WHERE v.organisme_id <> a.organisme_id
        UNION ALL SELECT 'lot fini avec une ligne à faire', l.id::text FROM catalogue_lot l
            JOIN catalogue_lotligne g ON g.lot_id = l.id
            WHERE l.termine_le IS NOT NULL AND g.resultat = 'a_faire'
        UNION ALL SELECT 'demande AIF sans son offre', d.id::text FROM catalogue_demandeaif d
            LEFT JOIN catalogue_action a ON a.id = d.action_id
            WHERE d.statut = 'transformee' AND a.organisme_id IS DISTINCT FROM d.organisme_id
"""
