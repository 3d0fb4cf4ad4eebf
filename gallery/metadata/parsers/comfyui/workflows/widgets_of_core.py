"""Names of the values that ComfyUI's own nodes keep by position, in the editor's order."""

NAMES = """
KSampler: seed steps cfg sampler_name scheduler denoise
KSamplerAdvanced: add_noise noise_seed steps cfg sampler_name scheduler start_at_step end_at_step
    return_with_leftover_noise
SamplerCustom: add_noise noise_seed cfg
RandomNoise: noise_seed
KSamplerSelect: sampler_name
BasicScheduler: scheduler steps denoise
KarrasScheduler: steps sigma_max sigma_min rho
ExponentialScheduler: steps sigma_max sigma_min
PolyexponentialScheduler: steps sigma_max sigma_min rho
VPScheduler: steps beta_d beta_min eps_s
BetaSamplingScheduler: steps alpha beta
LaplaceScheduler: steps sigma_max sigma_min mu beta
SDTurboScheduler: steps denoise
AlignYourStepsScheduler: model_type steps denoise
GITSScheduler: coeff steps denoise
LTXVScheduler: steps max_shift base_shift stretch terminal
Flux2Scheduler: steps width height
SplitSigmas: step
SplitSigmasDenoise: denoise
SamplerDPMPP_2M_SDE: solver_type eta s_noise noise_device
SamplerDPMPP_SDE: eta s_noise r noise_device
SamplerEulerAncestral: eta s_noise
SamplerLCMUpscale: scale_ratio scale_steps upscale_method
CFGGuider: cfg
DualCFGGuider: cfg_conds cfg_cond2_negative style
PerpNegGuider: cfg neg_scale
VideoLinearCFGGuidance: min_cfg
FluxGuidance: guidance
ModelSamplingDiscrete: sampling zsnr
ModelSamplingFlux: max_shift base_shift width height
ModelSamplingSD3: shift
ModelSamplingAuraFlow: shift
ModelSamplingContinuousEDM: sampling sigma_max sigma_min
RescaleCFG: multiplier
CheckpointLoaderSimple: ckpt_name
CheckpointLoader: config_name ckpt_name
unCLIPCheckpointLoader: ckpt_name
ImageOnlyCheckpointLoader: ckpt_name
DiffusersLoader: model_path
UNETLoader: unet_name weight_dtype
CLIPLoader: clip_name type device
DualCLIPLoader: clip_name1 clip_name2 type device
TripleCLIPLoader: clip_name1 clip_name2 clip_name3
QuadrupleCLIPLoader: clip_name1 clip_name2 clip_name3 clip_name4
CLIPVisionLoader: clip_name
VAELoader: vae_name
LoraLoader: lora_name strength_model strength_clip
LoraLoaderModelOnly: lora_name strength_model
HypernetworkLoader: hypernetwork_name strength
ControlNetLoader: control_net_name
DiffControlNetLoader: control_net_name
ControlNetApply: strength
ControlNetApplyAdvanced: strength start_percent end_percent
ControlNetApplySD3: strength start_percent end_percent
ControlNetInpaintingAliMamaApply: strength start_percent end_percent
SetUnionControlNetType: type
UpscaleModelLoader: model_name
StyleModelLoader: style_model_name
StyleModelApply: strength strength_type
GLIGENLoader: gligen_name
GLIGENTextBoxApply: text width height x y
PhotoMakerLoader: photomaker_model_name
PhotoMakerEncode: text
CLIPTextEncode: text
CLIPTextEncodeSDXL: width height crop_w crop_h target_width target_height text_g text_l
CLIPTextEncodeSDXLRefiner: ascore width height text
CLIPTextEncodeFlux: clip_l t5xxl guidance
CLIPTextEncodeSD3: clip_l clip_g t5xxl empty_padding
CLIPTextEncodeHunyuanDiT: bert mt5xl
CLIPTextEncodeHiDream: clip_l clip_g t5xxl llama
CLIPTextEncodeControlnet: text
CLIPTextEncodePixArtAlpha: width height text
CLIPTextEncodeLumina2: system_prompt user_prompt
TextEncodeHunyuanVideo_ImageToVideo: prompt image_interleave
TextEncodeQwenImageEdit: prompt
TextEncodeQwenImageEditPlus: prompt
TextEncodeAceStepAudio: tags lyrics lyrics_strength
CLIPSetLastLayer: stop_at_clip_layer
CLIPVisionEncode: crop
unCLIPConditioning: strength noise_augmentation
ConditioningAverage: conditioning_to_strength
ConditioningSetArea: width height x y strength
ConditioningSetAreaPercentage: width height x y strength
ConditioningSetAreaStrength: strength
ConditioningSetMask: strength set_cond_area
ConditioningSetTimestepRange: start end
EmptyLatentImage: width height batch_size
EmptySD3LatentImage: width height batch_size
EmptyFlux2LatentImage: width height batch_size
EmptyHunyuanLatentVideo: width height length batch_size
EmptyLTXVLatentVideo: width height length batch_size
EmptyMochiLatentVideo: width height length batch_size
EmptyCosmosLatentVideo: width height length batch_size
EmptyChromaRadianceLatentImage: width height batch_size
EmptyHunyuanImageLatent: width height batch_size
EmptyLatentAudio: seconds batch_size
StableCascade_EmptyLatentImage: width height compression batch_size
StableCascade_StageC_VAEEncode: compression
StableZero123_Conditioning: width height batch_size elevation azimuth
SV3D_Conditioning: width height video_frames elevation
SVD_img2vid_Conditioning: width height video_frames motion_bucket_id fps augmentation_level
SD_4XUpscale_Conditioning: scale_ratio noise_augmentation
HunyuanImageToVideo: width height length batch_size guidance_type
WanImageToVideo: width height length batch_size
WanFirstLastFrameToVideo: width height length batch_size
WanFunControlToVideo: width height length batch_size
WanFunInpaintToVideo: width height length batch_size
WanVaceToVideo: width height length batch_size strength
WanCameraImageToVideo: width height length batch_size
Wan22ImageToVideoLatent: width height length batch_size
LTXVImgToVideo: width height length batch_size strength
LTXVConditioning: frame_rate
CosmosImageToVideoLatent: width height length batch_size
VAEEncodeForInpaint: grow_mask_by
VAEDecodeTiled: tile_size overlap temporal_size temporal_overlap
VAEEncodeTiled: tile_size overlap temporal_size temporal_overlap
InpaintModelConditioning: noise_mask
LatentUpscale: upscale_method width height crop
LatentUpscaleBy: upscale_method scale_by
LatentComposite: x y feather
LatentCompositeMasked: x y resize_source
LatentCrop: width height x y
LatentFromBatch: batch_index length
RepeatLatentBatch: amount
LatentRotate: rotation
LatentFlip: flip_method
LatentBlend: blend_factor
LoadLatent: latent
SaveLatent: filename_prefix
LoadImage: image
LoadImageMask: image channel
LoadImageOutput: image
SaveImage: filename_prefix
SaveAnimatedWEBP: filename_prefix fps lossless quality method
SaveAnimatedPNG: filename_prefix fps compress_level
SaveWEBM: filename_prefix codec fps crf
SaveVideo: filename_prefix format codec
CreateVideo: fps
SaveAudio: filename_prefix
ImageScale: upscale_method width height crop
ImageScaleBy: upscale_method scale_by
ImageScaleToTotalPixels: upscale_method megapixels
ImagePadForOutpaint: left top right bottom feathering
ImageBlend: blend_factor blend_mode
ImageBlur: blur_radius sigma
ImageSharpen: sharpen_radius sigma alpha
ImageQuantize: colors dither
ImageCrop: width height x y
ImageCompositeMasked: x y resize_source
ImageColorToMask: color
ImageToMask: channel
EmptyImage: width height batch_size color
SolidMask: value width height
GrowMask: expand tapered_corners
FeatherMask: left top right bottom
Canny: low_threshold high_threshold
RepeatImageBatch: amount
ModelMergeSimple: ratio
ModelMergeBlocks: input middle out
ModelMergeSubtract: multiplier
CLIPMergeSimple: ratio
CLIPMergeSubtract: multiplier
CheckpointSave: filename_prefix
FreeU: b1 b2 s1 s2
FreeU_V2: b1 b2 s1 s2
HyperTile: tile_size swap_size max_depth scale_depth
PatchModelAddDownscale: block_number downscale_factor start_percent end_percent
    downscale_after_skip downscale_method upscale_method
PerpNeg: neg_scale
SelfAttentionGuidance: scale blur_sigma
PerturbedAttentionGuidance: scale
TomePatchModel: ratio
DifferentialDiffusion: strength
T5TokenizerOptions: min_padding min_length
KlingTextToVideoNode: prompt negative_prompt cfg_scale aspect_ratio mode
KlingImage2VideoNode: prompt negative_prompt model_name cfg_scale mode aspect_ratio duration
KlingStartEndFrameNode: prompt negative_prompt cfg_scale aspect_ratio mode
PikaImageToVideoNode2_2: prompt_text negative_prompt seed resolution duration
VeoVideoGenerationNode: prompt aspect_ratio negative_prompt duration_seconds enhance_prompt
    person_generation seed
PrimitiveInt: value
PrimitiveFloat: value
PrimitiveString: value
PrimitiveStringMultiline: value
PrimitiveBoolean: value
StringConcatenate: string_a string_b delimiter
StringReplace: string find replace
RegexReplace: string regex_pattern replace case_insensitive multiline dotall count
"""
