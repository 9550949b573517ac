import pytest
from tests.opensmile_package import usable_opensmile

from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.data.features.evidence.names import evidence_among, names_no_evidence


@pytest.mark.parametrize(
    "columns",
    [
        "emotion Emotion emotion_label emotionIndex emo label labels class class_id classLabel class_label target mix",
        "emotion_intensity emotion_valence class_name speaker_sex speakerAge label_x target_arousal valence_label",
        "rating_valence intended_emotion annotated_arousal y_true vad_target expression sentence statement_no",
        "target_class category salience emotion_1_salience valence_gt arousal_GT ground_truth true_label gt_emotion",
        "speaker speaker_id speakerID spk subject subject_no actor actor_id participant person person_id identity",
        "gender sex age age_group ethnicity native_id is_male language",
        "frame frameTime frameIndex frame_number n_frames num_frames frame_count fps time timestamp timestamp_ms",
        "duration duration_sec total_duration start end start_time end_time clip_duration approx_time",
        "length n_samples clip_length level_0 date batch_idx chunk window",
        "file_idx file_id clip_id video_id utterance_id segment_id row index idx id uid sample_rate",
        "fold split is_test train session take trial version situation repetition success confidence face_id",
    ],
)
def test_labels_persons_and_time_are_no_evidence(columns: str) -> None:
    assert [name for name in columns.split() if not names_no_evidence(name)] == []


@pytest.mark.parametrize(
    "columns",
    [
        "AU01_r AU45_c gaze_0_x gaze_angle_y gaze_yaw pose_Tx p_rx x_0 eye_lmk_X_55 FaceRectX FaceScore Pitch",
        "anger disgust fear happiness sadness surprise neutral valence arousal",
        "F0semitoneFrom27.5Hz_sma3nz_amean loudness_sma3_meanRisingSlope hammarbergIndexV_sma3nz_amean slopeUV0-500",
        "VoicedSegmentsPerSec MeanVoicedSegmentLengthSec equivalentSoundLevel_dBp hammarbergIndex",
        "pcm_fftMag_spectralRollOff25.0_sma_upleveltime25 F0final_sma_risetime speech_rate pause_duration",
        "p_ang p_ang_disg_30_70 emotion_p_sad prob_happy emotion_anger class_token_4 speaker_emb_9",
        "emotion2vec_7 class_prob_3 emotion_prob_ang emotion_happy speaker_embedding_3 time_domain_energy Identity_7x",
        "audio_level intensity heart_rate",
        "0 1 dim_3 feature_12 browDownLeft jawOpen face_area",
    ],
)
def test_features_are_evidence(columns: str) -> None:
    assert [name for name in columns.split() if names_no_evidence(name)] == []


def test_numbered_columns_of_one_name_are_a_vector() -> None:
    vector = [f"class_{i}" for i in range(3)]
    assert evidence_among(["label", *vector, "emotion_1", "emotion_2", "emotion_3"]) == [
        False,
        *[True] * 3,
        False,
        False,
        True,
    ]
    assert evidence_among(vector[:2]) == [False, False]


def test_the_user_decides_and_keeping_wins() -> None:
    columns = ["age", "F0", "loudness", "AU01_r"]
    assert evidence_among(columns, ColumnChoice(keep=["AGE"])) == [True] * 4
    assert evidence_among(columns, ColumnChoice(leave_out=["AU*"])) == [False, True, True, False]
    assert evidence_among(columns, ColumnChoice(keep=["F?"], leave_out=["*"])) == [False, True, False, False]


def test_every_descriptor_of_opensmile_is_evidence() -> None:
    opensmile = usable_opensmile()
    for name in ("eGeMAPSv02", "ComParE_2016"):
        names = opensmile.Smile(getattr(opensmile.FeatureSet, name), opensmile.FeatureLevel.Functionals).feature_names
        assert len(names) >= 88
        assert all(evidence_among(names))
