"""The same for the nodes of common packs; a class that changed has a line for each of its forms."""

NAMES = """
KSampler (Efficient): sampler_state my_unique_id seed steps cfg sampler_name scheduler denoise
    preview_image
KSampler (Efficient): seed steps cfg sampler_name scheduler denoise preview_method vae_decode
KSampler Adv. (Efficient): add_noise noise_seed steps cfg sampler_name scheduler start_at_step
    end_at_step return_with_leftover_noise preview_method vae_decode
KSampler SDXL (Eff.): noise_seed steps cfg sampler_name scheduler start_at_step refine_at_step
    preview_method vae_decode
Efficient Loader: ckpt_name vae_name clip_skip lora_name lora_model_strength lora_clip_strength
    positive negative token_normalization weight_interpretation empty_latent_width
    empty_latent_height batch_size
Eff. Loader SDXL: base_ckpt_name base_clip_skip refiner_ckpt_name refiner_clip_skip
    positive_ascore negative_ascore vae_name positive negative token_normalization
    weight_interpretation empty_latent_width empty_latent_height batch_size
HighRes-Fix Script: upscale_type hires_ckpt_name latent_upscaler pixel_upscaler upscale_by
    use_same_seed
HighRes-Fix Script: upscale_type hires_ckpt_name latent_upscaler pixel_upscaler upscale_by
    use_same_seed seed hires_steps denoise iterations use_controlnet control_net_name strength
    preprocessor preprocessor_imgs
Noise Control Script: rng_source cfg_denoiser add_seed_noise seed weight
Tiled Upscaler Script: upscale_by tile_size tiling_strategy tiling_steps seed denoise
    use_controlnet tile_controlnet strength start_percent end_percent
BNK_TiledKSampler: seed tile_width tile_height tiling_strategy steps cfg sampler_name scheduler
    denoise
BNK_TiledKSamplerAdvanced: add_noise noise_seed tile_width tile_height tiling_strategy steps cfg
    sampler_name scheduler start_at_step end_at_step return_with_leftover_noise preview
BNK_CLIPTextEncodeAdvanced: text token_normalization weight_interpretation
BNK_CLIPTextEncodeSDXLAdvanced: text_l text_g token_normalization weight_interpretation balance
smZ CLIPTextEncode: text parser mean_normalization multi_conditioning
    use_old_emphasis_implementation with_SDXL ascore width height crop_w crop_h target_width
    target_height text_g text_l smZ_steps
KSampler (WAS): seed steps cfg sampler_name scheduler denoise
Seed: seed
Seed (rgthree): seed
Text Multiline: text
Text Multiline (Code Compatible): text
Text String: text text_b text_c text_d
Text _O: text
Text Random Line: seed
Text Random Prompt: search_seed
Text Load Line From File: file_path dictionary_name label mode index
Load Text File: file_path dictionary_name
Text Concatenate: linebreak_addition
Text Concatenate: delimiter clean_whitespace
Text Find and Replace: find replace
Text List Concatenate: delimiter
CLIPTextEncode (NSP): mode noodle_key seed text
CLIPTextEncode (BlenderNeko Advanced + NSP): mode noodle_key seed text token_normalization
    weight_interpretation
Prompt Multiple Styles Selector: style1 style2 style3 style4
Prompt Styles Selector: style
Checkpoint Loader: config_name ckpt_name
Checkpoint Loader (Simple): ckpt_name
CheckpointLoader|pysssss: ckpt_name prompt
LoraLoader|pysssss: lora_name strength_model strength_clip prompt
Lora Loader: lora_name strength_model strength_clip
Load Lora: lora_name strength_model strength_clip
Upscale Model Loader: model_name
Latent Upscale by Factor (WAS): mode factor align
LatentUpscaleFactor _O: upscale_method WidthFactor HeightFactor crop
LatentUpscaleFactorSimple _O: upscale_method factor crop
Image Resize: mode supersample resampling rescale_factor resize_width resize_height
Image Save: output_path filename_prefix filename_delimiter filename_number_padding
    filename_number_start extension quality lossless_webp overwrite_mode show_history
    show_history_by_prefix embed_workflow show_previews
Image Load: image_path RGBA filename_text_extension
ImageResize+: width height interpolation method condition multiple_of
Power Prompt (rgthree): prompt insert_lora insert_embedding insert_saved
Power Prompt - Simple (rgthree): prompt insert_embedding insert_saved
SDXL Power Prompt - Positive (rgthree): prompt_g prompt_l insert_lora insert_embedding
    insert_saved target_width target_height crop_width crop_height
SDXL Power Prompt - Simple / Negative (rgthree): prompt_g prompt_l insert_embedding insert_saved
    target_width target_height crop_width crop_height
SDXL Resolutions (WLSH): resolution direction
SDXL Quick Empty Latent (WLSH): resolution direction batch_size
SDXL Empty Latent Image (rgthree): dimensions clip_scale batch_size
KSampler Config (rgthree): steps_total refiner_step cfg sampler_name scheduler
Lora Loader Stack (rgthree): lora_01 strength_01 lora_02 strength_02 lora_03 strength_03 lora_04
    strength_04
ImpactWildcardProcessor: wildcard_text populated_text mode seed
ImpactWildcardEncode: wildcard_text populated_text mode Select_to_add_LoRA Select_to_add_Wildcard
    seed
ImpactKSamplerBasicPipe: seed steps cfg sampler_name scheduler denoise
ImpactKSamplerAdvancedBasicPipe: add_noise noise_seed steps cfg sampler_name scheduler
    start_at_step end_at_step return_with_leftover_noise
KSamplerProvider: cfg sampler_name scheduler
KSamplerAdvancedProvider: cfg sampler_name scheduler sigma_factor
KSamplerAdvancedBasicPipe: add_noise noise_seed steps cfg sampler_name scheduler start_at_step
    end_at_step return_with_leftover_noise
FaceDetailer: guide_size guide_size_for max_size seed steps cfg sampler_name scheduler denoise
    feather noise_mask force_inpaint bbox_threshold bbox_dilation bbox_crop_factor
    sam_detection_hint sam_dilation sam_threshold sam_bbox_expansion sam_mask_hint_threshold
    sam_mask_hint_use_negative drop_size wildcard cycle
FaceDetailerPipe: guide_size guide_size_for max_size seed steps cfg sampler_name scheduler denoise
    feather noise_mask force_inpaint bbox_threshold bbox_dilation bbox_crop_factor
    sam_detection_hint sam_dilation sam_threshold sam_bbox_expansion sam_mask_hint_threshold
    sam_mask_hint_use_negative drop_size refiner_ratio cycle
DetailerForEach: guide_size guide_size_for max_size seed steps cfg sampler_name scheduler denoise
    feather noise_mask force_inpaint wildcard cycle
DetailerForEachDebug: guide_size guide_size_for max_size seed steps cfg sampler_name scheduler
    denoise feather noise_mask force_inpaint wildcard cycle
DetailerForEachPipe: guide_size guide_size_for max_size seed steps cfg sampler_name scheduler
    denoise feather noise_mask force_inpaint wildcard refiner_ratio cycle
UltralyticsDetectorProvider: model_name
SAMLoader: model_name device_mode
KSampler //Inspire: seed steps cfg sampler_name scheduler denoise noise_mode batch_seed_mode
    variation_seed variation_strength
KSamplerAdvanced //Inspire: add_noise noise_seed steps cfg sampler_name scheduler start_at_step
    end_at_step noise_mode return_with_leftover_noise batch_seed_mode variation_seed
    variation_strength
WildcardEncode //Inspire: token_normalization weight_interpretation wildcard_text populated_text
    mode Select_to_add_LoRA Select_to_add_Wildcard seed
GlobalSeed //Inspire: value mode action last_seed
UltimateSDUpscale: upscale_by seed steps cfg sampler_name scheduler denoise mode_type tile_width
    tile_height mask_blur tile_padding seam_fix_mode seam_fix_denoise seam_fix_width
    seam_fix_mask_blur seam_fix_padding force_uniform_tiles tiled_decode
UltimateSDUpscaleNoUpscale: seed steps cfg sampler_name scheduler denoise mode_type tile_width
    tile_height mask_blur tile_padding seam_fix_mode seam_fix_denoise seam_fix_width
    seam_fix_mask_blur seam_fix_padding force_uniform_tiles tiled_decode
UnetLoaderGGUF: unet_name
UnetLoaderGGUFAdvanced: unet_name dequant_dtype patch_dtype patch_on_device
CLIPLoaderGGUF: clip_name type
DualCLIPLoaderGGUF: clip_name1 clip_name2 type
UNETLoaderNF4: unet_name
CheckpointLoaderNF4: ckpt_name
IPAdapterModelLoader: ipadapter_file
IPAdapterUnifiedLoader: preset
IPAdapter: weight start_at end_at weight_type
IPAdapterApply: weight noise weight_type start_at end_at unfold_batch
IPAdapterAdvanced: weight weight_type combine_embeds start_at end_at embeds_scaling
ADE_LoadAnimateDiffModel: model_name
ADE_AnimateDiffLoaderWithContext: model_name beta_schedule motion_scale apply_v2_models_properly
ADE_AnimateDiffLoaderGen1: model_name beta_schedule
ACN_AdvancedControlNetApply: strength start_percent end_percent
ControlNetLoaderAdvanced: control_net_name
BatchPromptSchedule: text max_frames print_output pre_text app_text start_frame end_frame
ShowText|pysssss: text_0
ShowText|unimeta: text_0
PreviewAny: preview
String Literal: string
Int Literal: int
Float Literal: float
Sampler Selector: sampler_name
Scheduler Selector: scheduler
Checkpoint Selector: ckpt_name
Seed Generator: seed
JWString: text
JWStringMultiline: text
JWInteger: value
JWFloat: value
Textbox: text
CR Prompt Text: prompt
CR Text: text
CR Seed: seed
CR Aspect Ratio: width height aspect_ratio swap_dimensions upscale_factor batch_size
CR SDXL Aspect Ratio: width height aspect_ratio swap_dimensions upscale_factor batch_size
CR LoRA Stack: switch_1 lora_name_1 model_weight_1 clip_weight_1 switch_2 lora_name_2
    model_weight_2 clip_weight_2 switch_3 lora_name_3 model_weight_3 clip_weight_3
SDXLPromptStyler: text_positive text_negative style log_prompt
SDXLPromptStylerAdvanced: text_positive_g text_positive_l text_negative style negative_prompt_to
    log_prompt
ttN text: text
ttN textDebug: print_to_console console_title execute text
ttN seed: seed
ttN pipeLoader_v2: ckpt_name config_name vae_name clip_skip loras positive
    positive_token_normalization positive_weight_interpretation negative
    negative_token_normalization negative_weight_interpretation empty_latent_aspect
    empty_latent_width empty_latent_height batch_size seed
ttN pipeLoaderSDXL_v2: ckpt_name config_name vae_name clip_skip loras refiner_ckpt_name
    refiner_config_name positive_g positive_l negative_g negative_l conditioning
    empty_latent_width empty_latent_height batch_size seed
ttN pipeKSampler_v2: lora_name lora_strength upscale_method upscale_model_name factor rescale
    percent width height longer_side crop steps cfg sampler_name scheduler denoise image_output
    save_prefix file_type embed_workflow noise_seed
PromptUtilitiesConstString: string
PromptUtilitiesConstStringMultiLine: string
PromptUtilitiesJoinStringList: separator
PromptUtilitiesFormatString: prompt
WanVideoModelLoader: model base_precision quantization load_device attention_mode
WanVideoTextEncode: positive_prompt negative_prompt force_offload
WanVideoSampler: steps cfg shift seed force_offload scheduler riflex_freq_index denoise_strength
    batched_cfg rope_function
HyVideoTextEncode: prompt force_offload prompt_template
CogVideoTextEncode: prompt strength force_offload
DownloadAndLoadFlorence2Model: model precision attention
SDParameterGenerator: ckpt_name vae_name model_version config_name seed steps refiner_start cfg
    sampler_name scheduler positive_ascore negative_ascore aspect_ratio width height batch_size
    parameters
SDPromptReader: image data_type parameter_index positive negative setting
SDPromptSaver: filename path model_name model_hash vae_name lora_name
Text to Console: label
SeargeMagicBox: stage input_from output_to
SeargeTextInputV2: prompt
SeargeModelSelector: base_checkpoint refiner_checkpoint vae_checkpoint
SeargeGenerationParameters: seed image_size_preset image_width image_height steps cfg sampler_preset
    sampler_name scheduler base_vs_refiner_ratio
SeargeOperatingMode: workflow_mode prompting_mode batch_size
SeargeImage2ImageAndInpainting: denoise inpaint_mask_blur inpaint_mask_mode
SeargeLoras: lora_1 lora_1_strength lora_2 lora_2_strength lora_3 lora_3_strength lora_4
    lora_4_strength lora_5 lora_5_strength
SeargeUpscaleModels: detail_processor high_res_upscaler primary_upscaler secondary_upscaler
SeargeHighResolution: hires_mode hires_scale hires_denoise hires_softness hires_detail_boost
    hires_contrast_factor hires_saturation_factor hires_latent_detailer final_upscale_size
SeargeControlnetAdapterV2: controlnet_mode controlnet_preprocessor strength low_threshold
    high_threshold start_percent end_percent noise_augmentation revision_enhancer
SeargePromptText: prompt
LoRACharacterPromptBuilder: seed character_trigger_word character_description facial_expression
    situation outfit
INPAINT_LoadFooocusInpaint: head patch
INPAINT_LoadInpaintModel: model_name
INPAINT_MaskedFill: fill falloff
INPAINT_MaskedBlur: blur falloff
"""
